// The texts behind the hashes of conformance/golden/status-errors.json: the same bad requests to both servers, and where the
// answers differ, both sentences.
import { isJsonObject, type Json } from '../../src/base/mod.ts';
import { readCases } from '../golden/files.ts';
import { connect } from './cluster-client.ts';
import { converse, isKept, type Answer, type Conversation } from './conversation.ts';
import { normalise } from './normalise.ts';

/** Prints every refusal that reads differently; their number. */
export async function compareRefusals(theirKubeconfig: string, ourKubeconfig: string): Promise<number> {
  const [theirs, ours] = [connect(theirKubeconfig), connect(ourKubeconfig)];
  let differentCount = 0;
  for (const conversation of readCases<Conversation>('status-errors')) {
    const theirAnswers = await converse(theirs.send, conversation);
    const ourAnswers = await converse(ours.send, conversation);
    for (const [index, step] of conversation.steps.filter(isKept).entries()) {
      const [right, wrong] = [sentenceOf(theirAnswers[index]!), sentenceOf(ourAnswers[index]!)];
      if (right === wrong) continue;
      differentCount++;
      console.log(`${conversation.name} ${index + 1}: ${step.method} ${step.path}\n  theirs: ${right}\n  ours:   ${wrong}`);
    }
  }
  return differentCount;
}

function sentenceOf({ code, body }: Answer): string {
  const status: Json | undefined = body === undefined ? undefined : normalise(body);
  return isJsonObject(status) && status['kind'] === 'Status' ? `${code} ${String(status['message'] ?? status['status'])}` : String(code);
}
