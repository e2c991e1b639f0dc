// Reads its environment once, at its start, as most programs do, and answers requests with it.
//
//	app            serves on :8080; it ends with an error at once if the value of "a" is "bad"
//	  GET /        `<the value of "a"> <the pod's name> <a number that no other start has>`
//	  GET /seen    all the configuration that it was given, byte for byte: see seen.go
//	  GET /live    200; 500 after POST /stall
//	  POST /grow   takes more and more memory
//	cat FILE...    writes these files, for exec: the image `with-cat` has it under this name
//	app note FILE  writes the answer of /seen into a file, for an init container
//	app pause      does nothing until it is told to end: it holds a pod's namespaces
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	over, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	switch {
	case filepath.Base(os.Args[0]) == "cat":
		cat(os.Args[1:])
	case len(os.Args) > 1 && os.Args[1] == "pause":
		<-over.Done()
	case len(os.Args) > 2 && os.Args[1] == "note":
		orExit(os.WriteFile(os.Args[2], seen(), 0o644))
	default:
		serve(over)
	}
}

func cat(files []string) {
	for _, name := range files {
		if name == "--" {
			continue
		}
		file, err := os.Open(name)
		orExit(err)
		_, err = io.Copy(os.Stdout, file)
		orExit(err)
	}
}

func serve(over context.Context) {
	if os.Getenv("a") == "bad" {
		orExit(errors.New(`a is "bad"`))
	}
	server := &http.Server{Addr: ":8080", Handler: closing(routes())}
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			orExit(err)
		}
	}()
	<-over.Done()
	// The Service still sends a few requests after the pod was told to end.
	time.Sleep(time.Second)
	_ = server.Shutdown(context.Background())
}

func routes() http.Handler {
	answer := fmt.Sprintf("%s %s %d\n", os.Getenv("a"), os.Getenv("HOSTNAME"), time.Now().UnixNano())
	var stalled atomic.Bool
	routes := http.NewServeMux()
	routes.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
	routes.HandleFunc("GET /seen", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(seen()) })
	routes.HandleFunc("GET /live", func(w http.ResponseWriter, _ *http.Request) {
		if stalled.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	routes.HandleFunc("POST /stall", func(http.ResponseWriter, *http.Request) { stalled.Store(true) })
	routes.HandleFunc("POST /grow", func(http.ResponseWriter, *http.Request) { go grow() })
	return routes
}

// One connection for each request: a kept one would lead to the same pod again and again.
func closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Connection", "close")
		next.ServeHTTP(w, request)
	})
}

// Up to 256 MiB, so that the machine does not suffer if nothing limits the container.
func grow() {
	var held [][]byte
	for range 256 {
		held = append(held, make([]byte, 1<<20))
		last := held[len(held)-1]
		for at := 0; at < len(last); at += os.Getpagesize() {
			last[at] = 1
		}
	}
}

func orExit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
