// What conformance looks at and stands on: both ends of the supervisor's protocol, and a podman for tests.
export { connectSupervisor } from '../supervisor/client.ts';
export { openConnection } from '../supervisor/connection.ts';
export { PROTOCOL_VERSION } from '../supervisor/protocol.ts';
export { findPython } from '../supervisor/supervisor-fixture.ts';
export { startPodman } from '../containers/testing/podman-world.ts';
