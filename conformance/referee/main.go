// The referee: a real kube-apiserver and kube-controller-manager on loopback, the same release's kubectl, and the generator of
// the golden files, in one binary, because linking it once is the slow part.
//
//	referee up --data-dir DIR       etcd, kube-apiserver and kube-controller-manager; prints the path of a kubeconfig
//	referee golden --dir DIR        reads DIR/cases/*.json, writes DIR/*.json
//	referee kubectl ...             kubectl of the same release
//	referee kube-apiserver ...      the upstream commands, which `up` starts as processes of their own
//	referee kube-controller-manager ...
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"

	kubectl "k8s.io/kubectl/pkg/cmd"

	"slipway/referee/cluster"
	"slipway/referee/golden"
)

func main() {
	name, arguments := "", []string{}
	if len(os.Args) > 1 {
		name, arguments = os.Args[1], os.Args[2:]
	}
	os.Exit(run(name, arguments))
}

func run(name string, arguments []string) int {
	switch name {
	case "up":
		return report(cluster.Up(arguments))
	case "golden":
		return report(golden.Generate(arguments))
	case "kubectl":
		return runCommand("kubectl", arguments, kubectl.NewDefaultKubectlCommand)
	case "kube-apiserver":
		return runCommand(name, arguments, apiserver.NewAPIServerCommand)
	case "kube-controller-manager":
		return runCommand(name, arguments, controllermanager.NewControllerManagerCommand)
	}
	fmt.Fprintln(os.Stderr, "usage: referee up|golden|kubectl|kube-apiserver|kube-controller-manager [flags]")
	return 2
}

// runCommand makes os.Args look as if the upstream program had been started under its own name: its constructor reads them.
func runCommand(name string, arguments []string, construct func() *cobra.Command) int {
	os.Args = append([]string{name}, arguments...)
	return cli.Run(construct())
}

func report(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
