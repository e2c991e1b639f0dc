// Reads documents as kubectl does, and prints each as JSON.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
)

func read(text string) (documents []json.RawMessage, failure string) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	documents = []json.RawMessage{}
	for {
		var document json.RawMessage
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return documents, ""
		} else if err != nil {
			return documents, err.Error()
		}
		documents = append(documents, document)
	}
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	type answer struct {
		Documents []json.RawMessage `json:"documents"`
		Failure   string            `json:"failure"`
	}
	answers := make([]answer, len(texts))
	for i, text := range texts {
		answers[i].Documents, answers[i].Failure = read(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
