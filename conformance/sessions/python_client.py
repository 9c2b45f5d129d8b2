"""A session with the official Kubernetes client: python_client.py KUBECONFIG. Prints one line for each thing that holds."""

import sys
import threading
import time

import kubernetes
from kubernetes import client, config, dynamic, utils, watch

NAMESPACE = "python-client"
PATIENCE_SECONDS = 20
GROUP = "python-client.example"

config.load_kube_config(sys.argv[1])
core, batch, custom = client.CoreV1Api(), client.BatchV1Api(), client.CustomObjectsApi()


def holds(what, condition=True):
    assert condition, what
    print(what)


def until(what, condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"does not hold: {what}"
        time.sleep(0.05)
    print(what)


def refused(code, call, *arguments, **more):
    try:
        call(*arguments, **more)
    except client.ApiException as error:
        assert error.status == code, (error.status, error.body)
        return error.body
    raise AssertionError(f"{call.__name__} was not refused")


def pods():
    pod = client.V1Pod(
        metadata=client.V1ObjectMeta(name="pp", labels={"app": "p"}),
        spec=client.V1PodSpec(node_name="elsewhere", containers=[client.V1Container(name="c", image="i")]),
    )
    created = core.create_namespaced_pod(NAMESPACE, pod)
    holds("a Pod has its defaults", created.spec.restart_policy == "Always" and created.spec.containers[0].image_pull_policy == "Always")
    read = core.read_namespaced_pod("pp", NAMESPACE)
    holds("times are times", read.metadata.creation_timestamp.tzinfo is not None)
    merged = core.patch_namespaced_pod("pp", NAMESPACE, {"metadata": {"labels": {"z": "1"}}})
    holds("a patch merges", merged.metadata.labels == {"app": "p", "z": "1"})
    listed = core.patch_namespaced_pod("pp", NAMESPACE, [{"op": "add", "path": "/metadata/labels/y", "value": "1"}])
    holds("a list is a JSON patch", listed.metadata.labels["y"] == "1")
    core.patch_namespaced_pod_status("pp", NAMESPACE, {"status": {"phase": "Running"}})
    found = core.list_namespaced_pod(NAMESPACE, field_selector="status.phase=Running", label_selector="app in (p)")
    holds("selectors select", [each.metadata.name for each in found.items] == ["pp"])
    core.delete_namespaced_pod("pp", NAMESPACE, grace_period_seconds=0)
    holds("what is gone is 404", "NotFound" in refused(404, core.delete_namespaced_pod, "pp", NAMESPACE))


def config_maps():
    body = {"metadata": {"name": "cm"}, "data": {"a": "1"}}
    first = core.create_namespaced_config_map(NAMESPACE, body)
    holds("twice is a conflict", "AlreadyExists" in refused(409, core.create_namespaced_config_map, NAMESPACE, body))
    first.data["a"] = "2"
    core.replace_namespaced_config_map("cm", NAMESPACE, first)
    holds("stale is a conflict", "Conflict" in refused(409, core.replace_namespaced_config_map, "cm", NAMESPACE, first))
    holds("names have a form", "metadata.name" in refused(422, core.create_namespaced_config_map, NAMESPACE, {"metadata": {"name": "A"}}))
    for index in range(5):
        core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": f"page-{index}", "labels": {"paged": "yes"}}})
    page, names = None, []
    while page is None or page.metadata._continue:
        page = core.list_namespaced_config_map(NAMESPACE, label_selector="paged=yes", limit=2, _continue=page and page.metadata._continue)
        names += [each.metadata.name for each in page.items]
    holds("pages are the whole", names == [f"page-{index}" for index in range(5)])
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="paged=yes")
    holds("a collection goes at once", core.list_namespaced_config_map(NAMESPACE, label_selector="paged=yes").items == [])


def watches():
    seen = []
    start = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version

    def follow():
        for event in watch.Watch().stream(core.list_namespaced_config_map, NAMESPACE, resource_version=start, timeout_seconds=PATIENCE_SECONDS):
            seen.append((event["type"], event["object"].metadata.name))
            if event["type"] == "DELETED":
                return

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": "watched"}})
    core.patch_namespaced_config_map("watched", NAMESPACE, {"data": {"b": "1"}})
    core.delete_namespaced_config_map("watched", NAMESPACE)
    follower.join(PATIENCE_SECONDS)
    holds("a watch tells everything in order", seen == [("ADDED", "watched"), ("MODIFIED", "watched"), ("DELETED", "watched")])


def custom_objects():
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer", "default": 3}}}}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"things.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"plural": "things", "singular": "thing", "kind": "Thing"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
    utils.create_from_dict(client.ApiClient(), definition)
    definitions = client.ApiextensionsV1Api()

    def is_established():
        conditions = definitions.read_custom_resource_definition(f"things.{GROUP}").status.conditions or []
        return any(each.type == "Established" and each.status == "True" for each in conditions)

    until("a definition is established", is_established)
    place = (GROUP, "v1", NAMESPACE, "things")
    thing = {"apiVersion": f"{GROUP}/v1", "kind": "Thing", "metadata": {"name": "t"}, "spec": {}}
    holds("custom objects have defaults", custom.create_namespaced_custom_object(*place, thing)["spec"] == {"size": 3})
    patched = custom.patch_namespaced_custom_object(*place, "t", {"spec": {"size": 4}})
    holds("custom objects are patched", patched["spec"] == {"size": 4})
    things = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version=f"{GROUP}/v1", kind="Thing")
    holds("the dynamic client finds them", [each.metadata.name for each in things.get(namespace=NAMESPACE).items] == ["t"])
    applied = things.server_side_apply(body={**thing, "spec": {"size": 5}}, name="t", namespace=NAMESPACE, field_manager="me", force_conflicts=True)
    holds("the dynamic client applies", applied.spec.size == 5)
    definitions.delete_custom_resource_definition(f"things.{GROUP}")


def jobs():
    spec = {"suspend": True, "template": {"spec": {"containers": [{"image": "i", "name": "c"}], "restartPolicy": "Never"}}}
    job = batch.create_namespaced_job(NAMESPACE, {"metadata": {"name": "jj"}, "spec": spec})
    holds("a Job selects its Pods by its uid", job.spec.selector.match_labels == {"batch.kubernetes.io/controller-uid": job.metadata.uid})
    batch.delete_namespaced_job("jj", NAMESPACE, propagation_policy="Background")


holds("the version is told", client.VersionApi().get_code().major == "1")
core.create_namespace({"metadata": {"name": NAMESPACE}})
for part in (pods, config_maps, watches, custom_objects, jobs):
    part()
core.delete_namespace(NAMESPACE)
print(f"kubernetes {kubernetes.__version__}: everything holds")
