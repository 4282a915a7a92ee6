// Package partner runs the other company's servers which some variants call.
// They run in a process of their own, so that the profiles of the service show
// the service only.
package partner

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

const roleEnv = "ORDERS_PARTNER"

// Serve turns this process into the partner if it was started as one, and
// returns at once otherwise.
func Serve() {
	role := os.Getenv(roleEnv)
	if role == "" {
		return
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ln.Addr())
	switch role {
	case "http":
		go http.Serve(ln, http.HandlerFunc(rates))
	case "slow":
		go accept(ln)
	}
	io.Copy(io.Discard, os.Stdin) // ends when the service ends
	os.Exit(0)
}

var explanation = bytes.Repeat([]byte("see the terms of service. "), 10_000)

// rates answers with a small body, except that a path which ends in /full
// gets a refusal with a very long explanation.
func rates(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/full") {
		w.WriteHeader(http.StatusUnprocessableEntity)
		w.Write(explanation)
		return
	}
	fmt.Fprintln(w, `{"rate":1.19}`)
}

// accept takes connections whose peer reads but answers after an hour only.
func accept(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
				return
			}
			time.Sleep(time.Hour)
			io.WriteString(conn, "done\n")
		}()
	}
}

// Start runs the partner in a role and returns its address. The partner ends
// with the calling process.
func Start(role string) string {
	exe, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), roleEnv+"="+role)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		log.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		log.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		log.Fatal(err)
	}
	running = cmd
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		log.Fatal(err)
	}
	return strings.TrimSpace(addr)
}

// running keeps the command, and with it the pipe to its standard input.
var running *exec.Cmd
