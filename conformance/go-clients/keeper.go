package main

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/yaml"
)

const (
	keeperFinalizer = "go-clients.example/secrets"
	keeperLabel     = "go-clients.example/keeper"
)

var keeperVersion = schema.GroupVersion{Group: "go-clients.example", Version: "v1"}

const keeperDefinition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: keepers.go-clients.example}
spec:
  group: go-clients.example
  scope: Namespaced
  names: {plural: keepers, singular: keeper, kind: Keeper, listKind: KeeperList}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.secrets, statusReplicasPath: .status.secrets}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [secrets]
            properties:
              secrets: {type: integer, format: int32, minimum: 0, maximum: 5}
              prefix: {type: string, default: kept}
          status:
            type: object
            properties:
              secrets: {type: integer, format: int32}
              observedGeneration: {type: integer, format: int64}
              conditions:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [type]
                items:
                  type: object
                  required: [type, status, lastTransitionTime, reason, message]
                  properties:
                    type: {type: string}
                    status: {type: string, enum: ["True", "False", Unknown]}
                    observedGeneration: {type: integer, format: int64}
                    lastTransitionTime: {type: string, format: date-time}
                    reason: {type: string, minLength: 1}
                    message: {type: string}
`

// Keeper wants so many Secrets to be there. Its types are what generators write for kinds of one's own.
type Keeper struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              KeeperSpec   `json:"spec"`
	Status            KeeperStatus `json:"status,omitempty"`
}

type KeeperSpec struct {
	Secrets int32  `json:"secrets"`
	Prefix  string `json:"prefix,omitempty"`
}

type KeeperStatus struct {
	Secrets            int32              `json:"secrets,omitempty"`
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

type KeeperList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Keeper `json:"items"`
}

func (k *Keeper) DeepCopyObject() runtime.Object {
	copied := *k
	k.ObjectMeta.DeepCopyInto(&copied.ObjectMeta)
	copied.Status.Conditions = append([]metav1.Condition(nil), k.Status.Conditions...)
	return &copied
}

func (l *KeeperList) DeepCopyObject() runtime.Object {
	copied := *l
	copied.Items = nil
	for index := range l.Items {
		copied.Items = append(copied.Items, *l.Items[index].DeepCopyObject().(*Keeper))
	}
	return &copied
}

type keeping struct{ client.Client }

// Reconcile applies the wanted Secrets, deletes the others, and says so in the status; a finalizer lets it clear up.
func (k keeping) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var keeper Keeper
	if err := k.Get(ctx, request.NamespacedName, &keeper); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if keeper.DeletionTimestamp != nil {
		if err := k.DeleteAllOf(ctx, &corev1.Secret{}, client.InNamespace(keeper.Namespace), client.MatchingLabels{keeperLabel: keeper.Name}); err != nil {
			return ctrl.Result{}, err
		}
		controllerutil.RemoveFinalizer(&keeper, keeperFinalizer)
		return ctrl.Result{}, client.IgnoreNotFound(k.Update(ctx, &keeper))
	}
	if controllerutil.AddFinalizer(&keeper, keeperFinalizer) {
		return ctrl.Result{}, k.Update(ctx, &keeper)
	}
	for index := range keeper.Spec.Secrets {
		secret := applycorev1.Secret(fmt.Sprintf("%s-%d", keeper.Spec.Prefix, index), keeper.Namespace).
			WithLabels(map[string]string{keeperLabel: keeper.Name}).
			WithStringData(map[string]string{"index": fmt.Sprint(index)})
		if err := k.Apply(ctx, secret, client.FieldOwner("keeper"), client.ForceOwnership); err != nil {
			return ctrl.Result{}, err
		}
	}
	before := keeper.DeepCopyObject().(*Keeper)
	keeper.Status.Secrets, keeper.Status.ObservedGeneration = keeper.Spec.Secrets, keeper.Generation
	meta.SetStatusCondition(&keeper.Status.Conditions, metav1.Condition{Type: "Kept", Status: metav1.ConditionTrue, Reason: "AllThere", ObservedGeneration: keeper.Generation})
	return ctrl.Result{}, k.Status().Patch(ctx, &keeper, client.MergeFrom(before))
}

// keep runs the controller of a kind of its own, which watches the metadata of Secrets only.
func keep(ctx context.Context, config *rest.Config) error {
	types, err := keeperTypes()
	if err != nil {
		return err
	}
	if err := defineKeepers(ctx, config, types); err != nil {
		return err
	}
	manager, err := ctrl.NewManager(config, ctrl.Options{Scheme: types, Metrics: metricsserver.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	ofKeeper := handler.EnqueueRequestsFromMapFunc(func(_ context.Context, secret client.Object) []ctrl.Request {
		name := secret.GetLabels()[keeperLabel]
		if name == "" {
			return nil
		}
		return []ctrl.Request{{NamespacedName: client.ObjectKey{Namespace: secret.GetNamespace(), Name: name}}}
	})
	if err := ctrl.NewControllerManagedBy(manager).For(&Keeper{}).Watches(&corev1.Secret{}, ofKeeper, builder.OnlyMetadata).Complete(keeping{manager.GetClient()}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	if err := useKeeper(ctx, manager.GetAPIReader(), manager.GetClient()); err != nil {
		return err
	}
	cancel()
	return <-ended
}

func keeperTypes() (*runtime.Scheme, error) {
	types := runtime.NewScheme()
	types.AddKnownTypes(keeperVersion, &Keeper{}, &KeeperList{})
	metav1.AddToGroupVersion(types, keeperVersion)
	return types, scheme.AddToScheme(types)
}

func defineKeepers(ctx context.Context, config *rest.Config, types *runtime.Scheme) error {
	definitions, err := client.New(config, client.Options{Scheme: types})
	if err != nil {
		return err
	}
	var definition unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(keeperDefinition), &definition.Object); err != nil {
		return err
	}
	if err := definitions.Create(ctx, &definition); err != nil {
		return err
	}
	return waitFor(ctx, "a kind of one's own is established", func() (bool, error) {
		err := definitions.List(ctx, &KeeperList{}, client.InNamespace(namespace))
		return err == nil, nil
	})
}

// useKeeper does with the kind what its users do. It reads past the cache of the controller.
func useKeeper(ctx context.Context, reader client.Reader, writer client.Client) error {
	keeper := &Keeper{ObjectMeta: metav1.ObjectMeta{Name: "k", Namespace: namespace}, Spec: KeeperSpec{Secrets: 2}}
	if err := writer.Create(ctx, keeper); err != nil {
		return err
	}
	if keeper.Spec.Prefix != "kept" || keeper.Generation != 1 {
		return fmt.Errorf("made as %+v of generation %d", keeper.Spec, keeper.Generation)
	}
	isKept := func(count int32, generation int64) func() (bool, error) {
		return func() (bool, error) {
			var secrets corev1.SecretList
			if err := reader.List(ctx, &secrets, client.InNamespace(namespace), client.MatchingLabels{keeperLabel: "k"}); err != nil {
				return false, err
			}
			if err := reader.Get(ctx, client.ObjectKeyFromObject(keeper), keeper); err != nil {
				return false, err
			}
			isTrue := meta.IsStatusConditionTrue(keeper.Status.Conditions, "Kept")
			return len(secrets.Items) == int(count) && isTrue && keeper.Status.ObservedGeneration == generation && keeper.Generation == generation, nil
		}
	}
	if err := waitFor(ctx, "its controller applies what is wanted, and says so in the status", isKept(2, 1)); err != nil {
		return err
	}
	scale := &autoscalingv1.Scale{}
	if err := writer.SubResource("scale").Get(ctx, keeper, scale); err != nil {
		return err
	}
	if scale.Spec.Replicas != 2 || scale.Status.Replicas != 2 {
		return fmt.Errorf("its scale is %+v, %+v", scale.Spec, scale.Status)
	}
	scale.Spec.Replicas = 3
	if err := writer.SubResource("scale").Update(ctx, keeper, client.WithSubResourceBody(scale)); err != nil {
		return err
	}
	if err := waitFor(ctx, "it follows its scale", isKept(3, 2)); err != nil {
		return err
	}
	if err := writer.Delete(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "kept-1", Namespace: namespace}}); err != nil {
		return err
	}
	if err := waitFor(ctx, "it sees by metadata alone that something is gone", isKept(3, 2)); err != nil {
		return err
	}
	if err := refuseWrongKeepers(ctx, reader, writer, keeper); err != nil {
		return err
	}
	if err := writer.Delete(ctx, keeper); err != nil {
		return err
	}
	return waitFor(ctx, "its finalizer clears up before it goes", func() (bool, error) {
		var secrets corev1.SecretList
		if err := reader.List(ctx, &secrets, client.InNamespace(namespace), client.MatchingLabels{keeperLabel: "k"}); err != nil {
			return false, err
		}
		err := reader.Get(ctx, client.ObjectKeyFromObject(keeper), keeper)
		return len(secrets.Items) == 0 && apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}

func refuseWrongKeepers(ctx context.Context, reader client.Reader, writer client.Client, keeper *Keeper) error {
	stale := keeper.DeepCopyObject().(*Keeper)
	if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := reader.Get(ctx, client.ObjectKeyFromObject(keeper), keeper); err != nil {
			return err
		}
		keeper.Labels = map[string]string{"x": "y"}
		return writer.Update(ctx, keeper)
	}); err != nil {
		return err
	}
	locked := stale.DeepCopyObject().(*Keeper)
	locked.Labels = map[string]string{"x": "z"}
	if err := writer.Patch(ctx, locked, client.MergeFromWithOptions(stale, client.MergeFromWithOptimisticLock{})); !apierrors.IsConflict(err) {
		return fmt.Errorf("a stale patch ended with %v", err)
	}
	tooMany := keeper.DeepCopyObject().(*Keeper)
	tooMany.Spec.Secrets = 6
	if err := writer.Update(ctx, tooMany); !apierrors.IsInvalid(err) {
		return fmt.Errorf("too many: %v", err)
	}
	rehearsed := &Keeper{ObjectMeta: metav1.ObjectMeta{GenerateName: "dry-", Namespace: namespace}}
	if err := writer.Create(ctx, rehearsed, client.DryRunAll); err != nil || rehearsed.UID == "" || len(rehearsed.Name) != len("dry-")+5 {
		return fmt.Errorf("a rehearsal made %q: %v", rehearsed.Name, err)
	}
	fmt.Println("what is stale or breaks the schema is refused, what is rehearsed is not kept")
	return nil
}
