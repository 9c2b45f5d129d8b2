// The name of this installation's node. Networks rename the machines that come into them, and a container has another name each time;
// Pods are bound to the node by its name, so it stays what it was at the first start.
import { readFileSync } from 'node:fs';
import { writePrivateFile } from './private-file.ts';

/** Reads the name, or takes that of the machine. */
export function ensureNodeName(file: string, hostName: string): string {
  try {
    const name = readFileSync(file, 'utf8').trim();
    if (name !== '') return name;
  } catch {
    // Absent: made below.
  }
  const name = nodeNameOf(hostName);
  writePrivateFile(file, `${name}\n`);
  return name;
}

/** A machine may have a name that no Node may have. */
function nodeNameOf(hostName: string): string {
  const name = hostName.toLowerCase().replace(/[^a-z0-9.]+/g, '-').replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return name === '' ? 'localhost' : name;
}
