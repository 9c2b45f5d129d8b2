// Programs as people write them with client-go and controller-runtime: an informer that must see every change of ConfigMaps,
// a controller that keeps a copy of each ConfigMap that asks for one, clients of several sorts, and a controller of a kind of
// its own with its webhooks. Prints one line for each thing that holds.
//
//	go-clients KUBECONFIG
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	namespace   = "go-clients"
	objectCount = 50
	patience    = 30 * time.Second
	copyLabel   = "go-clients.example/copy"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	// Without this bound of the client's own, which is 5 a second, the session would measure that bound.
	config.QPS = -1
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	defer cancel()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	if _, err := clients.CoreV1().Namespaces().Create(ctx, ns, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		hold func() error
	}{
		{"informer", func() error { return inform(ctx, clients) }},
		{"apply", func() error { return applyTwice(ctx, clients) }},
		{"write back", func() error { return writeBack(ctx, clients) }},
		{"discovery", func() error { return discover(clients) }},
		{"pages", func() error { return page(ctx, config, clients) }},
		{"service account", func() error { return actAs(ctx, config, clients) }},
		{"events", func() error { return recordEvents(ctx, clients) }},
		{"watches", func() error { return follow(ctx, clients) }},
		{"controller", func() error { return reconcile(ctx, config, clients) }},
		{"controller of a kind of its own", func() error { return keep(ctx, config) }},
		{"webhooks", func() error { return admit(ctx, config) }},
	} {
		if err := part.hold(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return clients.CoreV1().Namespaces().Delete(ctx, namespace, metav1.DeleteOptions{})
}

// inform writes while an informer watches; in the end its cache must hold what the server has.
func inform(ctx context.Context, clients kubernetes.Interface) error {
	factory := informers.NewSharedInformerFactoryWithOptions(clients, 0, informers.WithNamespace(namespace))
	informer := factory.Core().V1().ConfigMaps().Informer()
	var lock sync.Mutex
	counts := map[string]int{}
	count := func(event string) {
		lock.Lock()
		defer lock.Unlock()
		counts[event]++
	}
	if _, err := informer.AddEventHandler(cache.FilteringResourceEventHandler{
		FilterFunc: func(object any) bool {
			_, isOurs := object.(*corev1.ConfigMap).Labels["informer"]
			return isOurs
		},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { count("added") },
			UpdateFunc: func(_, _ any) { count("updated") },
			DeleteFunc: func(any) { count("deleted") },
		},
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return fmt.Errorf("the cache does not fill")
	}
	maps := clients.CoreV1().ConfigMaps(namespace)
	for index := range objectCount {
		name := fmt.Sprintf("informed-%d", index)
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"informer": "yes"}}}
		created, err := maps.Create(ctx, object, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		created.Data = map[string]string{"index": fmt.Sprint(index)}
		if _, err := maps.Update(ctx, created, metav1.UpdateOptions{}); err != nil {
			return err
		}
		if _, err := maps.Update(ctx, object, metav1.UpdateOptions{}); err != nil {
			return err
		}
		created.Data["index"] = "stale"
		if _, err := maps.Update(ctx, created, metav1.UpdateOptions{}); !apierrors.IsConflict(err) {
			return fmt.Errorf("a stale update ended with %v", err)
		}
		if index%2 == 0 {
			if err := maps.Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
				return err
			}
		}
	}
	return waitFor(ctx, fmt.Sprintf("an informer sees %d objects come, change twice, and half of them go", objectCount), func() (bool, error) {
		lock.Lock()
		defer lock.Unlock()
		return counts["added"] == objectCount && counts["updated"] == 2*objectCount && counts["deleted"] == objectCount/2, nil
	})
}

// applyTwice owns a field, finds the conflict of another manager, and takes the field by force.
func applyTwice(ctx context.Context, clients kubernetes.Interface) error {
	maps := clients.CoreV1().ConfigMaps(namespace)
	wanted := func(value string) *applycorev1.ConfigMapApplyConfiguration {
		return applycorev1.ConfigMap("applied", namespace).WithData(map[string]string{"a": value})
	}
	if _, err := maps.Apply(ctx, wanted("1"), metav1.ApplyOptions{FieldManager: "one"}); err != nil {
		return err
	}
	if _, err := maps.Apply(ctx, wanted("2"), metav1.ApplyOptions{FieldManager: "two"}); !apierrors.IsConflict(err) {
		return fmt.Errorf("another manager's field: %v", err)
	}
	applied, err := maps.Apply(ctx, wanted("2"), metav1.ApplyOptions{FieldManager: "two", Force: true})
	if err != nil {
		return err
	}
	if len(applied.ManagedFields) != 1 || applied.ManagedFields[0].Manager != "two" {
		return fmt.Errorf("the field belongs to %v", applied.ManagedFields)
	}
	fmt.Println("a field of another manager is a conflict, and can be taken by force")
	return nil
}

// zeroes is a Pod's spec with what Go's types leave out when they write.
const zeroes = `{"containers":[{"name":"main","image":"i:1","stdin":false,"args":[],"env":[{"name":"EMPTY","value":""}],
"ports":[{"containerPort":80,"hostPort":0}],"securityContext":{"runAsUser":0}}],"hostNetwork":false,"nodeSelector":{},
"schedulingGates":[{"name":"go-clients.example/wait"}],"restartPolicy":"%s"}`

// writeBack reads what others made with every sort of zero, and writes it as it was read: it must not have changed.
func writeBack(ctx context.Context, clients kubernetes.Interface) error {
	never, always := fmt.Sprintf(zeroes, "Never"), fmt.Sprintf(zeroes, "Always")
	made := []struct {
		client         rest.Interface
		resource, body string
	}{
		{clients.CoreV1().RESTClient(), "pods", `{"metadata":{"name":"zeroes"},"spec":` + never + `}`},
		{clients.BatchV1().RESTClient(), "jobs", `{"metadata":{"name":"zeroes"},"spec":{"suspend":true,"template":{"spec":` + never + `}}}`},
		{clients.AppsV1().RESTClient(), "deployments", `{"metadata":{"name":"zeroes"},"spec":{"replicas":0,"paused":false,
"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":` + always + `}}}`},
	}
	for _, each := range made {
		request := each.client.Post().Namespace(namespace).Resource(each.resource).SetHeader("Content-Type", "application/json")
		if err := request.Body([]byte(each.body)).Do(ctx).Error(); err != nil {
			return err
		}
	}
	pods, jobs, deployments := clients.CoreV1().Pods(namespace), clients.BatchV1().Jobs(namespace), clients.AppsV1().Deployments(namespace)
	for what, err := range map[string]error{
		"a Pod": unchanged(
			func() (*corev1.Pod, error) { return pods.Get(ctx, "zeroes", metav1.GetOptions{}) },
			func(pod *corev1.Pod) (*corev1.Pod, error) { return pods.Update(ctx, pod, metav1.UpdateOptions{}) },
		),
		"a Job": unchanged(
			func() (*batchv1.Job, error) { return jobs.Get(ctx, "zeroes", metav1.GetOptions{}) },
			func(job *batchv1.Job) (*batchv1.Job, error) { return jobs.Update(ctx, job, metav1.UpdateOptions{}) },
		),
		"a Deployment": unchanged(
			func() (*appsv1.Deployment, error) { return deployments.Get(ctx, "zeroes", metav1.GetOptions{}) },
			func(deployment *appsv1.Deployment) (*appsv1.Deployment, error) {
				return deployments.Update(ctx, deployment, metav1.UpdateOptions{})
			},
		),
	} {
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	fmt.Println("what was made with zeroes may be written back as it was read")
	return nil
}

func unchanged[T metav1.Object](get func() (T, error), update func(T) (T, error)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		read, err := get()
		if err != nil {
			return err
		}
		generation := read.GetGeneration()
		written, err := update(read)
		if err != nil {
			return err
		}
		if written.GetGeneration() != generation {
			return fmt.Errorf("generation %d became %d", generation, written.GetGeneration())
		}
		return nil
	})
}

type copier struct{ client.Client }

// Reconcile keeps NAME-copy as the ConfigMap is, owned by it, and says so in an annotation.
func (c copier) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var original corev1.ConfigMap
	if err := c.Get(ctx, request.NamespacedName, &original); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if original.Labels[copyLabel] == "" {
		return ctrl.Result{}, nil
	}
	copied := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: original.Name + "-copy", Namespace: original.Namespace}}
	_, err := controllerutil.CreateOrUpdate(ctx, c, copied, func() error {
		copied.Data = original.Data
		return controllerutil.SetControllerReference(&original, copied, c.Scheme())
	})
	return ctrl.Result{}, err
}

// reconcile runs the controller: copies come, follow, come back when deleted, and go with their originals.
func reconcile(ctx context.Context, config *rest.Config, clients kubernetes.Interface) error {
	log.SetLogger(zap.New(zap.WriteTo(os.Stderr)))
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Metrics:                 metricsserver.Options{BindAddress: "0"},
		LeaderElection:          true,
		LeaderElectionID:        "copier",
		LeaderElectionNamespace: namespace,
	})
	if err != nil {
		return err
	}
	if err := ctrl.NewControllerManagedBy(manager).For(&corev1.ConfigMap{}).Owns(&corev1.ConfigMap{}).Complete(copier{manager.GetClient()}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()

	maps := clients.CoreV1().ConfigMaps(namespace)
	object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "original", Labels: map[string]string{copyLabel: "yes"}}, Data: map[string]string{"a": "1"}}
	if _, err := maps.Create(ctx, object, metav1.CreateOptions{}); err != nil {
		return err
	}
	hasCopy := func(value string) func() (bool, error) {
		return func() (bool, error) {
			found, err := maps.Get(ctx, "original-copy", metav1.GetOptions{})
			return err == nil && found.DeletionTimestamp == nil && found.Data["a"] == value, client.IgnoreNotFound(err)
		}
	}
	if err := waitFor(ctx, "a controller is elected and makes what it owns", hasCopy("1")); err != nil {
		return err
	}
	if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		found, err := maps.Get(ctx, "original", metav1.GetOptions{})
		if err != nil {
			return err
		}
		found.Data["a"] = "2"
		_, err = maps.Update(ctx, found, metav1.UpdateOptions{})
		return err
	}); err != nil {
		return err
	}
	if err := waitFor(ctx, "it follows a change", hasCopy("2")); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "original-copy", metav1.DeleteOptions{}); err != nil {
		return err
	}
	if err := waitFor(ctx, "it makes anew what somebody deleted", hasCopy("2")); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "original", metav1.DeleteOptions{}); err != nil {
		return err
	}
	if err := waitFor(ctx, "what it owns goes with its owner", func() (bool, error) {
		_, err := maps.Get(ctx, "original-copy", metav1.GetOptions{})
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	}); err != nil {
		return err
	}
	cancel()
	return <-ended
}

func waitFor(ctx context.Context, what string, holds func() (bool, error)) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ok, err := holds(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		} else if ok {
			fmt.Println(what)
			return nil
		}
	}
	return fmt.Errorf("does not hold: %s", what)
}
