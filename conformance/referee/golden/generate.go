// Package golden writes what upstream Kubernetes answers to the cases in conformance/golden/cases: facts that the tests of
// the TypeScript side read without any Go. Cases are our own; no text of upstream is written, messages only as hashes.
package golden

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"slipway/referee/cluster"
)

// answers are keyed by the name of the case.
type answers map[string]any

// library says what the modules answer, in this process.
var library = map[string]func(cases []byte) (answers, error){
	"defaults":        defaults,
	"schemas":         schemas,
	"strategic-merge": strategicMerges,
	"tables":          tables,
	"yaml":            yamlTexts,
}

// conversations are held with a running API server.
var conversations = []string{"apply", "custom-resources", "status-errors"}

// Generate reads DIR/cases/*.json and writes DIR/*.json.
func Generate(arguments []string) error {
	flags := flag.NewFlagSet("golden", flag.ContinueOnError)
	directory := flags.String("dir", ".", "conformance/golden")
	onlyLibrary := flags.Bool("library", false, "only what needs no server")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	for name, answer := range library {
		cases, err := readCases(*directory, name)
		if err != nil {
			return err
		}
		found, err := answer(cases)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := write(*directory, name, found); err != nil {
			return err
		}
	}
	if *onlyLibrary {
		return nil
	}
	return converseAll(context.Background(), *directory)
}

func converseAll(ctx context.Context, directory string) error {
	server, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return err
	}
	defer server.Stop()
	for _, name := range conversations {
		cases, err := readCases(directory, name)
		if err != nil {
			return err
		}
		found, err := converse(ctx, caller{url: server.URL, token: server.Token}, cases)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := write(directory, name, found); err != nil {
			return err
		}
	}
	return nil
}

func readCases(directory, name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(directory, "cases", name+".json"))
}

// write puts one case on one line, in the order of names: a change of one answer is a change of one line.
func write(directory, name string, found answers) error {
	names := make([]string, 0, len(found))
	for key := range found {
		names = append(names, key)
	}
	slices.Sort(names)
	var text bytes.Buffer
	for index, key := range names {
		label, err := marshal(key)
		if err != nil {
			return err
		}
		line, err := marshal(found[key])
		if err != nil {
			return err
		}
		separator := map[bool]string{true: "{\n", false: ",\n"}[index == 0]
		fmt.Fprintf(&text, "%s%s: %s", separator, label, line)
	}
	text.WriteString("\n}\n")
	return os.WriteFile(filepath.Join(directory, name+".json"), text.Bytes(), 0o644)
}

// marshal leaves <, > and & as they are.
func marshal(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(text.Bytes(), "\n"), err
}
