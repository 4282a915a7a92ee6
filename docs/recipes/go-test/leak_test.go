// Runs the code under test in rounds and writes its profiles after each, as a recording that leakgate reads
// (docs/recording-format.md). Copy it beside the code and put that into work.
package cache

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"
)

const (
	rounds     = 10
	operations = 2000
)

// work is one operation: what a request would do.
func work(i int) {
	Get(fmt.Sprintf("key-%d", i%300))
}

type file struct {
	Kind string `json:"kind"`
	Path string `json:"path"`
}

type snapshot struct {
	Round      int       `json:"round"`
	Phase      string    `json:"phase"`
	Time       time.Time `json:"time"`
	Operations int       `json:"operations"`
	Files      []file    `json:"files"`
}

func TestLeaks(t *testing.T) {
	folder := os.Getenv("LEAK_RECORDING")
	if folder == "" {
		t.Skip("LEAK_RECORDING is not set")
	}
	var snapshots []snapshot
	for round := 1; round <= rounds; round++ {
		for i := range operations {
			work(i)
		}
		// Twice: finalizers and pools survive one collection. The heap profile shows the state after the last.
		runtime.GC()
		runtime.GC()
		taken := snapshot{Round: round, Phase: "rest", Time: time.Now().UTC(), Operations: round * operations}
		for _, kept := range []struct {
			kind, profile, name string
			debug               int
		}{
			{"memstats", "heap", "memstats.txt", 1},
			{"heap", "heap", "heap.pb.gz", 0},
			{"goroutine", "goroutine", "goroutine.pb.gz", 0},
		} {
			path := filepath.Join(fmt.Sprintf("%02d", round), kept.name)
			write(t, filepath.Join(folder, path), kept.profile, kept.debug)
			taken.Files = append(taken.Files, file{kept.kind, filepath.ToSlash(path)})
		}
		snapshots = append(snapshots, taken)
	}
	manifest, err := json.Marshal(map[string]any{
		"schema":    "leakgate/recording@1",
		"service":   filepath.Base(folder),
		"go":        runtime.Version(),
		"settings":  map[string]string{"GODEBUG": os.Getenv("GODEBUG"), "GOMAXPROCS": os.Getenv("GOMAXPROCS")},
		"load":      map[string]int{"rounds": rounds, "operations": rounds * operations},
		"snapshots": snapshots,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "recording.json"), manifest, 0o644); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, profile string, debug int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := pprof.Lookup(profile).WriteTo(out, debug); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
