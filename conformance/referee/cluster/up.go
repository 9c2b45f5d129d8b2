package cluster

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Up runs a whole cluster until SIGINT or SIGTERM. Its first line on stdout is the path of the kubeconfig.
func Up(arguments []string) error {
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	directory := flags.String("data-dir", "", "where everything lies; default is a new directory, removed at the end")
	controllers := flags.Bool("controllers", true, "run kube-controller-manager too")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	started := time.Now()
	cluster, err := Start(ctx, Options{Directory: *directory, WithControllers: *controllers})
	if err != nil {
		return err
	}
	fmt.Println(cluster.Kubeconfig)
	fmt.Fprintf(os.Stderr, "ready at %s after %.1f s\n", cluster.URL, time.Since(started).Seconds())
	select {
	case <-ctx.Done():
	case err = <-cluster.Failed:
	}
	cluster.Stop()
	return err
}
