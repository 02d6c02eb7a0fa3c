// Waits for as many seconds as it is told, or for a signal: what keeps a pod there in which other programs are run.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fail("usage: sleep SECONDS")
	}
	seconds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fail("sleep: " + err.Error())
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	select {
	case <-signals:
	case <-time.After(time.Duration(seconds) * time.Second):
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
