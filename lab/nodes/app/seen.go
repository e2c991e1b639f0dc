package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// The folder into which tests mount the configuration.
const root = "/seen"

// seen is JSON: `env`, the environment by name, and `files`, those under /seen by path as they are now; values in base64.
func seen() []byte {
	env := map[string][]byte{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		env[name] = []byte(value)
	}
	files := map[string][]byte{}
	addFiles(files, root)
	text, err := json.Marshal(map[string]any{"env": env, "files": files})
	orExit(err)
	return text
}

// A volume consists of links. It follows them, except those that begin with two dots: the kubelet replaces a volume by these.
func addFiles(files map[string][]byte, path string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		content, err := os.ReadFile(path)
		if err == nil {
			files[path] = content
		}
		return
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "..") {
			addFiles(files, filepath.Join(path, entry.Name()))
		}
	}
}
