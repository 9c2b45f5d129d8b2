package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/cert"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
	"sigs.k8s.io/yaml"
)

// Who is asked about Keepers; in this order: the port, the path, and the certificate of whoever answers.
const keeperWebhook = `apiVersion: admissionregistration.k8s.io/v1
kind: %[1]sWebhookConfiguration
metadata: {name: go-clients}
webhooks:
- name: keepers.go-clients.example
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: {url: "https://localhost:%[2]d%[3]s", caBundle: %[4]s}
  rules: [{apiGroups: [go-clients.example], apiVersions: [v1], resources: [keepers], operations: [CREATE, UPDATE, DELETE]}]
`

// keeperRules fills in the prefix, refuses four Secrets, and warns of none.
type keeperRules struct{}

func (keeperRules) Default(_ context.Context, keeper *Keeper) error {
	if keeper.Labels["short"] == "yes" {
		keeper.Spec.Prefix = "s"
	}
	return nil
}

func (keeperRules) ValidateCreate(_ context.Context, keeper *Keeper) (admission.Warnings, error) {
	if keeper.Spec.Secrets == 4 {
		return nil, errors.New("four is too many")
	}
	if keeper.Spec.Secrets == 0 {
		return admission.Warnings{"nothing is kept"}, nil
	}
	return nil, nil
}

func (r keeperRules) ValidateUpdate(ctx context.Context, before, after *Keeper) (admission.Warnings, error) {
	if before.Spec.Prefix != after.Spec.Prefix {
		return nil, fmt.Errorf("the prefix was %s", before.Spec.Prefix)
	}
	return r.ValidateCreate(ctx, after)
}

func (keeperRules) ValidateDelete(_ context.Context, keeper *Keeper) (admission.Warnings, error) {
	if keeper.Labels["kept"] == "yes" {
		return nil, errors.New("it is to be kept")
	}
	return nil, nil
}

type warnings struct {
	lock sync.Mutex
	said []string
}

func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.said = append(w.said, text)
}

// admit serves webhooks of the kind that keep defined, and lets the server ask them.
func admit(ctx context.Context, config *rest.Config) error {
	types, err := keeperTypes()
	if err != nil {
		return err
	}
	directory, authority, err := certificate()
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	port, err := freePort()
	if err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{Host: "localhost", Port: port, CertDir: directory})
	manager, err := ctrl.NewManager(config, ctrl.Options{Scheme: types, Metrics: metricsserver.Options{BindAddress: "0"}, WebhookServer: server})
	if err != nil {
		return err
	}
	if err := ctrl.NewWebhookManagedBy(manager, &Keeper{}).WithDefaulter(keeperRules{}).WithValidator(keeperRules{}).Complete(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()

	heard := &warnings{}
	own := rest.CopyConfig(config)
	own.WarningHandler = heard
	clients, err := client.New(own, client.Options{Scheme: types})
	if err != nil {
		return err
	}
	for kind, path := range map[string]string{"Mutating": "/mutate-go-clients-example-v1-keeper", "Validating": "/validate-go-clients-example-v1-keeper"} {
		var configuration unstructured.Unstructured
		if err := yaml.Unmarshal([]byte(fmt.Sprintf(keeperWebhook, kind, port, path, authority)), &configuration.Object); err != nil {
			return err
		}
		if err := clients.Create(ctx, &configuration); err != nil {
			return err
		}
		defer func() { _ = clients.Delete(context.Background(), &configuration) }()
	}
	if err := obeyRules(ctx, clients, heard); err != nil {
		return err
	}
	cancel()
	return <-ended
}

// obeyRules does what the webhooks change, refuse and warn of.
func obeyRules(ctx context.Context, clients client.Client, heard *warnings) error {
	named := func(name string, secrets int32, labels map[string]string) *Keeper {
		keeper := &Keeper{Spec: KeeperSpec{Secrets: secrets}}
		keeper.Name, keeper.Namespace, keeper.Labels = name, namespace, labels
		return keeper
	}
	isRefused := func(err error, why string) bool { return err != nil && strings.Contains(err.Error(), why) }
	// Servers ask webhooks that were registered a moment ago when they have seen them.
	if err := waitFor(ctx, "a webhook of a program refuses", func() (bool, error) {
		err := clients.Create(ctx, named("four", 4, nil), client.DryRunAll)
		return isRefused(err, `admission webhook "keepers.go-clients.example" denied the request: four is too many`), nil
	}); err != nil {
		return err
	}
	short := named("short", 0, map[string]string{"short": "yes", "kept": "yes"})
	if err := waitFor(ctx, "another one changes what is written", func() (bool, error) {
		if err := clients.Create(ctx, short, client.DryRunAll); err != nil {
			return false, err
		}
		isChanged := short.Spec.Prefix == "s"
		short = named("short", 0, map[string]string{"short": "yes", "kept": "yes"})
		return isChanged, nil
	}); err != nil {
		return err
	}
	if err := clients.Create(ctx, short); err != nil {
		return err
	}
	heard.lock.Lock()
	last := strings.Join(heard.said, ", ")
	heard.lock.Unlock()
	if short.Spec.Prefix != "s" || !strings.HasSuffix(last, "nothing is kept") {
		return fmt.Errorf("made with prefix %q, and the warnings %q", short.Spec.Prefix, last)
	}
	before := short.DeepCopyObject().(*Keeper)
	short.Labels, short.Spec.Prefix = map[string]string{"kept": "yes"}, "t"
	if err := clients.Patch(ctx, short, client.MergeFrom(before)); !isRefused(err, "the prefix was s") {
		return fmt.Errorf("another prefix: %v", err)
	}
	if err := clients.Delete(ctx, before); !isRefused(err, "it is to be kept") {
		return fmt.Errorf("the deletion of what is kept: %v", err)
	}
	before = before.DeepCopyObject().(*Keeper)
	after := before.DeepCopyObject().(*Keeper)
	after.Labels = nil
	if err := clients.Patch(ctx, after, client.MergeFrom(before)); err != nil {
		return err
	}
	if err := clients.Delete(ctx, after); err != nil {
		return err
	}
	fmt.Println("webhooks see what was before, are heard with their warnings, and guard deletions")
	return nil
}

// certificate is a directory with the files that a webhook server reads, and the authority as configurations name it.
func certificate() (directory, authority string, err error) {
	pair, key, err := cert.GenerateSelfSignedCertKey("localhost", nil, nil)
	if err != nil {
		return "", "", err
	}
	if directory, err = os.MkdirTemp("", "go-clients-"); err != nil {
		return "", "", err
	}
	if err := os.WriteFile(filepath.Join(directory, "tls.crt"), pair, 0o600); err != nil {
		return "", "", err
	}
	return directory, base64.StdEncoding.EncodeToString(pair), os.WriteFile(filepath.Join(directory, "tls.key"), key, 0o600)
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
