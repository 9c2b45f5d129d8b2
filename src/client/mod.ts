// client: how controllers, engine and node reach objects. The informer (a synced cache of one resource with change
// notifications), the event recorder, and the HTTPS transport of the verb interface. Objects in the cache are frozen and
// shared. Knows no kind.
export { createEventRecorder, type EventRecorder, type EventText } from './event-recorder.ts';
export { createHttpObjectApi, type HttpObjectApiOptions } from './http-object-api.ts';
export { createInformerSet, type InformerSet } from './informer-set.ts';
export { createInformer, type Informer, type InformerChange, type InformerOptions } from './informer.ts';
