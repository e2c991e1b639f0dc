// Reads its environment once, at its start, as most programs do, and answers it to whoever asks.
//
//	app        serves GET / on :8080: `<the value of "a"> <the pod's name>`
//	app pause  does nothing until it is told to end: what holds a pod's namespaces
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	over, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "pause" {
		<-over.Done()
		return
	}
	answer := fmt.Sprintf("%s %s\n", os.Getenv("a"), os.Getenv("HOSTNAME"))
	server := &http.Server{Addr: ":8080", Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		// One connection a question: a kept one would ask the same pod again and again.
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, answer)
	})}
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}()
	<-over.Done()
	// The Service still sends a few questions after the pod was told to end.
	time.Sleep(time.Second)
	_ = server.Shutdown(context.Background())
}
