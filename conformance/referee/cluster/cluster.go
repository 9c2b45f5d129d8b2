// Package cluster runs etcd inside this process, and kube-apiserver and kube-controller-manager as processes of the same
// binary: the upstream commands register global flags, feature gates and signal handlers, which two of them can't share.
// There is no node and no scheduler: a Pod stays Pending until something binds and runs it.
package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

const (
	readyTimeMax = 2 * time.Minute
	readyPeriod  = 100 * time.Millisecond
)

// Options of one cluster.
type Options struct {
	// Directory of everything; empty makes a temporary one, which Stop removes.
	Directory       string
	WithControllers bool
}

// Cluster is a running one.
type Cluster struct {
	URL        string
	Token      string
	Kubeconfig string
	// Failed yields an error when a part ends by itself.
	Failed chan error

	directory   string
	isTemporary bool
	etcd        *embed.Etcd
	processes   []*process
}

// Start returns when the API server says that it is ready.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	cluster := &Cluster{directory: options.Directory, isTemporary: options.Directory == "", Failed: make(chan error, 2)}
	if err := cluster.start(ctx, options.WithControllers); err != nil {
		cluster.Stop()
		return nil, err
	}
	return cluster, nil
}

func (c *Cluster) start(ctx context.Context, withControllers bool) error {
	if err := c.makeDirectory(); err != nil {
		return err
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	if c.etcd, err = startEtcd(filepath.Join(c.directory, "etcd"), ports[0], ports[1]); err != nil {
		return err
	}
	c.URL = fmt.Sprintf("https://127.0.0.1:%d", ports[2])
	identity, err := writeIdentity(c.directory)
	if err != nil {
		return err
	}
	c.Token = identity.adminToken
	if err := c.run("kube-apiserver", apiServerFlags(c.directory, identity, ports[0], ports[2])); err != nil {
		return err
	}
	if err := c.awaitReady(ctx); err != nil {
		return err
	}
	if c.Kubeconfig, err = writeKubeconfig(c.directory, c.URL, identity.adminToken); err != nil {
		return err
	}
	if !withControllers {
		return nil
	}
	return c.run("kube-controller-manager", controllerManagerFlags(c.Kubeconfig, identity))
}

func (c *Cluster) makeDirectory() (err error) {
	if c.isTemporary {
		c.directory, err = os.MkdirTemp("", "slipway-referee-")
		return err
	}
	if c.directory, err = filepath.Abs(c.directory); err != nil {
		return err
	}
	return os.MkdirAll(c.directory, 0o700)
}

func (c *Cluster) run(name string, flags []string) error {
	started, err := startProcess(c.directory, name, flags, c.Failed)
	if err == nil {
		c.processes = append(c.processes, started)
	}
	return err
}

// awaitReady asks without looking at the certificate, which the API server is just making.
func (c *Cluster) awaitReady(ctx context.Context) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, readyTimeMax)
	defer cancel()
	ticker := time.NewTicker(readyPeriod)
	defer ticker.Stop()
	for {
		if response, err := client.Get(c.URL + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the API server is not ready (see %s): %w", c.directory, ctx.Err())
		case err := <-c.Failed:
			return err
		case <-ticker.C:
		}
	}
}

// Stop ends everything in reverse order.
func (c *Cluster) Stop() {
	for index := len(c.processes) - 1; index >= 0; index-- {
		c.processes[index].stop()
	}
	if c.etcd != nil {
		c.etcd.Close()
	}
	if c.isTemporary && c.directory != "" {
		if err := os.RemoveAll(c.directory); err != nil && !errors.Is(err, os.ErrNotExist) {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}
