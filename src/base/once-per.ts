/**
 * `read`, done once for each object that never changes, such as a schema or a pipeline, and kept for as long as that object lives. A `read` that throws is
 * done again; one that comes back to the object it reads, as of a schema that contains itself, has to end by itself.
 */
export function oncePer<Key extends object, Value>(read: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let entry = known.get(key);
    if (entry === undefined) known.set(key, (entry = { value: read(key) }));
    return entry.value;
  };
}
