package main

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/tools/record"
	watchtools "k8s.io/client-go/tools/watch"
)

const (
	pagedCount  = 7
	recordCount = 3
)

var pagedLabel = labels.Set{"paged": "yes"}

// discover asks what there is, as programs do before they use a kind that they do not know.
func discover(clients kubernetes.Interface) error {
	lists, err := discovery.ServerPreferredResources(clients.Discovery())
	if err != nil {
		return err
	}
	found := map[string]bool{}
	for _, list := range lists {
		for _, each := range list.APIResources {
			found[list.GroupVersion+" "+each.Name] = true
		}
	}
	for _, wanted := range []string{"v1 pods", "apps/v1 deployments", "batch/v1 jobs", "rbac.authorization.k8s.io/v1 roles", "coordination.k8s.io/v1 leases"} {
		if !found[wanted] {
			return fmt.Errorf("not found: %s", wanted)
		}
	}
	fmt.Println("discovery finds the kinds that everybody uses")
	return nil
}

// page reads a list in pieces, then only the metadata, and deletes all at once.
func page(ctx context.Context, config *rest.Config, clients kubernetes.Interface) error {
	maps := clients.CoreV1().ConfigMaps(namespace)
	for index := range pagedCount {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("paged-%d", index), Labels: pagedLabel}, Data: map[string]string{"a": "1"}}
		if _, err := maps.Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	selected := metav1.ListOptions{LabelSelector: pagedLabel.String()}
	lists := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return maps.List(ctx, options)
	})
	lists.PageSize = 2
	seen := 0
	if err := lists.EachListItem(ctx, selected, func(runtime.Object) error { seen++; return nil }); err != nil {
		return err
	}
	metadataClient, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	partial := metadataClient.Resource(corev1.SchemeGroupVersion.WithResource("configmaps")).Namespace(namespace)
	list, err := partial.List(ctx, selected)
	if err != nil {
		return err
	}
	if seen != pagedCount || len(list.Items) != pagedCount || list.Items[0].Labels["paged"] != "yes" {
		return fmt.Errorf("%d in pages, metadata of %d", seen, len(list.Items))
	}
	fmt.Println("pages are the whole, and metadata comes alone")

	selected.ResourceVersion = list.ResourceVersion
	watching, err := partial.Watch(ctx, selected)
	if err != nil {
		return err
	}
	defer watching.Stop()
	if err := partial.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: pagedLabel.String()}); err != nil {
		return err
	}
	for range pagedCount {
		event := <-watching.ResultChan()
		if object, isPartial := event.Object.(*metav1.PartialObjectMetadata); event.Type != watch.Deleted || !isPartial || object.Labels["paged"] != "yes" {
			return fmt.Errorf("a watch of metadata says %s %v", event.Type, event.Object)
		}
	}
	fmt.Println("a watch of metadata sees a collection go")
	return nil
}

// actAs takes a token for a service account: it may do nothing, then what a role says.
func actAs(ctx context.Context, config *rest.Config, clients kubernetes.Interface) error {
	accounts, roles, bindings := clients.CoreV1().ServiceAccounts(namespace), clients.RbacV1().Roles(namespace), clients.RbacV1().RoleBindings(namespace)
	named := metav1.ObjectMeta{Name: "robot"}
	if _, err := accounts.Create(ctx, &corev1.ServiceAccount{ObjectMeta: named}, metav1.CreateOptions{}); err != nil {
		return err
	}
	token, err := accounts.CreateToken(ctx, "robot", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	own := rest.AnonymousClientConfig(config)
	own.BearerToken = token.Status.Token
	robot, err := kubernetes.NewForConfig(own)
	if err != nil {
		return err
	}
	if _, err := robot.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		return fmt.Errorf("without a role: %v", err)
	}
	rules := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"list"}}}
	if _, err := roles.Create(ctx, &rbacv1.Role{ObjectMeta: named, Rules: rules}, metav1.CreateOptions{}); err != nil {
		return err
	}
	if _, err := bindings.Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: named,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "robot"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: "robot", Namespace: namespace}},
	}, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := waitFor(ctx, "a service account may do what its role says", func() (bool, error) {
		_, err := robot.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{})
		return err == nil, nil
	}); err != nil {
		return err
	}
	if _, err := robot.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		return fmt.Errorf("beside its role: %v", err)
	}
	return nil
}

// recordEvents says the same thing several times, with both recorders: each counts in one Event.
func recordEvents(ctx context.Context, clients kubernetes.Interface) error {
	about, err := clients.CoreV1().ServiceAccounts(namespace).Get(ctx, "robot", metav1.GetOptions{})
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: clients.CoreV1().Events(namespace)})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "go-clients"})

	newer := events.NewBroadcaster(&events.EventSinkImpl{Interface: clients.EventsV1()})
	defer newer.Shutdown()
	if err := newer.StartRecordingToSinkWithContext(ctx); err != nil {
		return err
	}
	newerRecorder := newer.NewRecorder(scheme.Scheme, "go-clients.example/recorder")
	for range recordCount {
		recorder.Event(about, corev1.EventTypeNormal, "Counted", "it happened")
		newerRecorder.Eventf(about, nil, corev1.EventTypeWarning, "Seen", "Looking", "it was seen")
	}
	return waitFor(ctx, "what happens several times is one Event of each recorder", func() (bool, error) {
		counted, err := clients.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=Counted,involvedObject.uid=" + string(about.UID)})
		if err != nil {
			return false, err
		}
		seen, err := clients.EventsV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=Seen,regarding.name=robot"})
		if err != nil {
			return false, err
		}
		return len(counted.Items) == 1 && counted.Items[0].Count == recordCount && len(seen.Items) == 1 && seen.Items[0].Action == "Looking", nil
	})
}

// follow watches one object as programs that wait for something do, over a watch that ends in between.
func follow(ctx context.Context, clients kubernetes.Interface) error {
	maps := clients.CoreV1().ConfigMaps(namespace)
	created, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "followed"}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	second := int64(1)
	watcher, err := watchtools.NewRetryWatcherWithContext(ctx, created.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector, options.TimeoutSeconds = "metadata.name=followed", &second
			return maps.Watch(ctx, options)
		},
	})
	if err != nil {
		return err
	}
	defer watcher.Stop()
	go func() {
		for _, value := range []string{"1", "2"} {
			created.Data = map[string]string{"a": value}
			if created, err = maps.Update(ctx, created, metav1.UpdateOptions{}); err != nil {
				return
			}
			time.Sleep(1500 * time.Millisecond)
		}
		_ = maps.Delete(ctx, "followed", metav1.DeleteOptions{})
	}()
	told := ""
	for event := range watcher.ResultChan() {
		if event.Type == watch.Bookmark {
			continue
		}
		object, isMap := event.Object.(*corev1.ConfigMap)
		if !isMap {
			return fmt.Errorf("a watch says %s %v", event.Type, event.Object)
		}
		told += fmt.Sprintf("%s %s;", event.Type, object.Data["a"])
		if event.Type == watch.Deleted {
			break
		}
	}
	if told != "MODIFIED 1;MODIFIED 2;DELETED 2;" {
		return fmt.Errorf("watches one after the other say %s", told)
	}
	fmt.Println("watches one after the other say everything once")
	return nil
}
