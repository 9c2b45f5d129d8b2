// Both ends of the supervisor's protocol, for conformance/fuzz.
export { connectSupervisor } from '../supervisor/client.ts';
export { openConnection } from '../supervisor/connection.ts';
export { PROTOCOL_VERSION } from '../supervisor/protocol.ts';
export { findPython } from '../supervisor/supervisor-fixture.ts';
