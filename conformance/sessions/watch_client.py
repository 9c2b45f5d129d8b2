"""Follows the ConfigMaps of a namespace with the official client: watch_client.py KUBECONFIG. Prints what it sees, one line for
each event, until the object `end` is deleted. A connection that breaks is opened again where it was, as the documentation of
the client says: from the resource version of the last event."""

import sys
import time

import urllib3
from kubernetes import client, config, watch

NAMESPACE = "restarts"

config.load_kube_config(sys.argv[1])
core = client.CoreV1Api()
last_seen = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
print("synced", flush=True)
while True:
    try:
        for event in watch.Watch().stream(core.list_namespaced_config_map, NAMESPACE, resource_version=last_seen, timeout_seconds=60):
            found = event["object"]
            last_seen = found.metadata.resource_version
            print(event["type"], found.metadata.name, (found.data or {}).get("value", "-"), flush=True)
            if event["type"] == "DELETED" and found.metadata.name == "end":
                sys.exit(0)
    except (urllib3.exceptions.HTTPError, OSError):
        time.sleep(0.1)
