// Command bigheap writes large profiles of a real Go program, for benchmarks:
// it writes the source of a program of many functions, builds it and runs it.
// What the program then profiles are true stacks of its own.
//
//	go run ./cmd/bigheap -out /tmp/big -stacks 200000                # head and base of a heap
//	go run ./cmd/bigheap -out /tmp/big -stacks 40000 -snapshots 60   # a growing heap
//	go run ./cmd/bigheap -out /tmp/big -goroutines 200000            # head and base of goroutines
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
)

// Text of the program; its functions are made from `functions` and `lines`.
//
//go:embed program.go.tmpl
var program string

var (
	out       = flag.String("out", "", "folder to write to")
	functions = flag.Int("functions", 2000, "functions of the program")
	lines     = flag.Int("lines", 4, "lines of each function that call others")
)

func main() {
	flag.Int("stacks", 10_000, "distinct stacks of the heap profile")
	flag.Int("snapshots", 0, "heap profiles to write while the heap grows, instead of a base and a head")
	flag.Int("goroutines", 0, "write goroutine profiles of so many goroutines instead")
	flag.Parse()
	if *out == "" {
		log.Fatal("bigheap: -out is missing")
	}
	folder, err := os.MkdirTemp("", "bigheap")
	check(err)
	defer os.RemoveAll(folder)
	check(os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module example.com/bigheap\n\ngo 1.24\n"), 0o644))
	source, err := os.Create(filepath.Join(folder, "main.go"))
	check(err)
	check(template.Must(template.New("program").Parse(program)).Execute(source, names(*functions, *lines)))
	check(source.Close())
	binary := filepath.Join(folder, "bigheap")
	check(run(folder, "go", "build", "-trimpath", "-o", binary, "."))
	absolute, err := filepath.Abs(*out)
	check(err)
	check(os.MkdirAll(absolute, 0o755))
	args := []string{"-out=" + absolute}
	for _, name := range []string{"stacks", "snapshots", "goroutines"} {
		args = append(args, "-"+name+"="+flag.Lookup(name).Value.String())
	}
	check(run(folder, binary, args...))
}

type function struct {
	Type, Name string
	Lines      []int
}

var (
	nouns = strings.Fields("Order Invoice Payment Customer Product Shipment Session Cache Queue Index Batch Ledger")
	verbs = strings.Fields("Load Store Find Merge Decode Encode Handle Apply Flush Render Parse Resolve Walk Split")
)

// names are as long as those of a service: a method of one of its types.
func names(count, lines int) []function {
	made := make([]function, count)
	for i := range made {
		noun, verb := nouns[i%len(nouns)], verbs[i/len(nouns)%len(verbs)]
		made[i] = function{Type: noun, Name: fmt.Sprintf("%s%sNumber%d", verb, noun, i), Lines: make([]int, lines)}
	}
	return made
}

func run(folder, name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Dir = folder
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}

func check(err error) {
	if err != nil {
		log.Fatal("bigheap: ", err)
	}
}
