// What reads frames of connections, for conformance/fuzz.
export { SpdyConnection } from '../streams/spdy-connection.ts';
export { webSocketStreams } from '../streams/web-socket-streams.ts';
