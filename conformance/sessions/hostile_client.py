"""What programs do with the official client when things go wrong or change meanwhile: hostile_client.py KUBECONFIG. Prints one line
for each thing that holds."""

import datetime
import json
import sys
import threading
import time

import kubernetes
from kubernetes import client, config, dynamic, stream

NAMESPACE = "hostile-client"
PATIENCE_SECONDS = 60

config.load_kube_config(sys.argv[1])
core, coordination, apps = client.CoreV1Api(), client.CoordinationV1Api(), client.AppsV1Api()


def holds(what, condition=True):
    assert condition, what
    print(what, flush=True)


def status_of(call, *arguments, **more):
    try:
        call(*arguments, **more)
    except client.ApiException as error:
        status = json.loads(error.body)
        assert status["kind"] == "Status" and status["code"] == error.status, error.body
        return status
    raise AssertionError(f"{call.__name__} was not refused")


def typed_errors():
    invalid = status_of(core.create_namespaced_service, NAMESPACE, {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 99999}]}})
    holds("what is invalid names its fields", (invalid["code"], invalid["reason"]) == (422, "Invalid") and any(cause["field"].startswith("spec.ports[0].port") for cause in invalid["details"]["causes"]))
    absent = status_of(apps.read_namespaced_deployment, "none", NAMESPACE)
    holds("what is absent is named with its kind", (absent["reason"], absent["details"]["name"], absent["details"]["kind"]) == ("NotFound", "none", "deployments"))
    other = client.ApiClient()
    other.set_default_header("Impersonate-User", "nobody")
    holds("others are forbidden", status_of(client.CoreV1Api(other).list_namespaced_secret, NAMESPACE)["reason"] == "Forbidden")
    stranger, known = client.Configuration(), client.Configuration.get_default_copy()
    stranger.host, stranger.ssl_ca_cert, stranger.api_key = known.host, known.ssl_ca_cert, {"authorization": "Bearer none"}
    holds("a wrong token is unauthorized", status_of(client.CoreV1Api(client.ApiClient(stranger)).list_namespace)["reason"] == "Unauthorized")
    uid = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="00000000-0000-0000-0000-000000000000"))
    core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": "kept"}})
    holds("a deletion of another uid is a conflict", status_of(core.delete_namespaced_config_map, "kept", NAMESPACE, body=uid)["reason"] == "Conflict")


def pages_over_changes():
    for index in range(6):
        core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": f"page-{index}", "labels": {"paged": "yes"}}, "data": {"value": "old"}})
    page = core.list_namespaced_config_map(NAMESPACE, label_selector="paged=yes", limit=2)
    names, revision = [each.metadata.name for each in page.items], page.metadata.resource_version
    core.delete_namespaced_config_map("page-3", NAMESPACE)
    core.patch_namespaced_config_map("page-4", NAMESPACE, {"data": {"value": "new"}})
    core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": "page-9", "labels": {"paged": "yes"}}})
    values = []
    while page.metadata._continue:
        page = core.list_namespaced_config_map(NAMESPACE, label_selector="paged=yes", limit=2, _continue=page.metadata._continue)
        names += [each.metadata.name for each in page.items]
        values += [each.data["value"] for each in page.items]
        assert page.metadata.resource_version == revision
    holds("later pages show the state of the first", names == [f"page-{index}" for index in range(6)] and values == ["old"] * 4)
    holds("a continue token that is none is refused", status_of(core.list_namespaced_config_map, NAMESPACE, limit=2, _continue="none")["code"] == 400)


def bookmarks():
    asked = {"watch": True, "allow_watch_bookmarks": True, "send_initial_events": True, "resource_version_match": "NotOlderThan", "timeout_seconds": 2}
    lines = core.list_namespaced_config_map(NAMESPACE, _preload_content=False, **asked).data.decode().splitlines()
    events = [json.loads(line) for line in lines]
    marks = [event["object"]["metadata"] for event in events if event["type"] == "BOOKMARK"]
    count = len(core.list_namespaced_config_map(NAMESPACE).items)
    holds("a bookmark ends what there was", [event["type"] for event in events[: count + 1]] == ["ADDED"] * count + ["BOOKMARK"])
    holds("it says so, and where to go on", marks[0]["annotations"] == {"k8s.io/initial-events-end": "true"} and int(marks[0]["resourceVersion"]) > 0)


def leader():
    now = datetime.datetime.now(datetime.timezone.utc)
    spec = client.V1LeaseSpec(holder_identity="a", lease_duration_seconds=15, acquire_time=now, renew_time=now, lease_transitions=0)
    coordination.create_namespaced_lease(NAMESPACE, client.V1Lease(metadata=client.V1ObjectMeta(name="leader"), spec=spec))
    first, second = (coordination.read_namespaced_lease("leader", NAMESPACE) for _ in range(2))
    holds("a Lease keeps microseconds", first.spec.renew_time == now)
    first.spec.renew_time = now + datetime.timedelta(seconds=1, microseconds=7)
    renewed = coordination.replace_namespaced_lease("leader", NAMESPACE, first)
    second.spec.holder_identity = "b"
    holds("who comes second does not lead", status_of(coordination.replace_namespaced_lease, "leader", NAMESPACE, second)["reason"] == "Conflict")
    holds("the first one goes on", renewed.spec.holder_identity == "a" and renewed.spec.renew_time == first.spec.renew_time)


def applies():
    config_maps = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version="v1", kind="ConfigMap")

    def apply(manager, data, **more):
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": data}
        return config_maps.server_side_apply(body=body, name="applied", namespace=NAMESPACE, field_manager=manager, **more)

    apply("a", {"x": "1", "y": "1"})
    conflict = status_of(apply, "b", {"x": "2"})
    holds("an apply that conflicts names field and manager", conflict["reason"] == "Conflict" and conflict["details"]["causes"][0]["field"] == ".data.x" and '"a"' in conflict["message"])
    forced = apply("b", {"x": "2"}, force_conflicts=True)
    holds("force takes the field alone", forced.data.to_dict() == {"x": "2", "y": "1"})
    holds("what the first no longer applies goes", apply("a", {}).data.to_dict() == {"x": "2"})


def pods():
    container = {"name": "main", "image": "busybox", "command": ["sh", "-c", "echo ready; exec sleep 600"]}
    core.create_namespaced_pod(NAMESPACE, {"metadata": {"name": "idle"}, "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]}})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while core.read_namespaced_pod("idle", NAMESPACE).status.phase != "Running":
        assert time.monotonic() < deadline, core.read_namespaced_pod("idle", NAMESPACE).status
        time.sleep(0.2)
    followed = []

    # A client of its own: while `stream` connects, it changes how its client sends requests.
    alone = client.CoreV1Api(client.ApiClient())

    def follow():
        for line in alone.read_namespaced_pod_log("idle", NAMESPACE, follow=True, _preload_content=False):
            followed.append(line)

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    connect = core.connect_get_namespaced_pod_exec
    said = stream.stream(connect, "idle", NAMESPACE, command=["sh", "-c", "echo out; echo err >&2"], stderr=True, stdout=True, stdin=False, tty=False)
    holds("a command answers on both streams", sorted(said.split()) == ["err", "out"])
    shell = stream.stream(connect, "idle", NAMESPACE, command=["sh", "-c", "read line; echo got $line; exit 3"], stderr=True, stdout=True, stdin=True, tty=False, _preload_content=False)
    shell.write_stdin("hello\n")
    shell.run_forever(timeout=PATIENCE_SECONDS)
    holds("a command is written to, and its code comes back", shell.read_stdout() == "got hello\n" and shell.returncode == 3)
    core.delete_namespaced_pod("idle", NAMESPACE)
    follower.join(PATIENCE_SECONDS)
    holds("a log that is followed ends with its Pod", not follower.is_alive() and b"ready\n" in b"".join(followed))


core.create_namespace({"metadata": {"name": NAMESPACE}})
for part in (typed_errors, pages_over_changes, bookmarks, leader, applies, pods):
    part()
core.delete_namespace(NAMESPACE)
print(f"kubernetes {kubernetes.__version__}: everything holds")
