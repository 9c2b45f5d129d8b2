// Decisions are synchronous and webhooks are not: where a decision lacks a conversion it is given up, the webhook is asked, and
// the decision is made again with what is known then.
import { Failure } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ConversionWebhooks } from '../webhooks/conversion-webhooks.ts';
import { MissingConversion, missingConversion, rememberConversion } from './stored-version.ts';

interface Converter {
  readonly conversions: ConversionWebhooks;
}

/** A decision lacks what it reads and what it writes; an object that changes all the time is given up. */
const TRY_COUNT_MAX = 8;

/** Runs what may lack conversions. Throws Failure `ConversionFailed` when the webhook does not give them. */
export async function converting<T>({ conversions }: Converter, attempt: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRY_COUNT_MAX; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof MissingConversion)) throw error;
      await fetchConversions(conversions, [error]);
    }
  }
  throw new Failure('ConversionFailed', `the object was changed ${TRY_COUNT_MAX} times while its conversion webhook was asked; try again`);
}

/** Fetches in one call what is needed to show these entries. */
export async function prepareToShow({ conversions }: Converter, kind: KindDefinition, entries: readonly Pick<StoredObject, 'object' | 'text'>[]): Promise<void> {
  const missing = entries.flatMap((entry) => missingConversion(kind, entry) ?? []);
  if (missing.length > 0) await fetchConversions(conversions, missing);
}

/** All of the same kind; objects of several versions are asked about one version after the other. */
async function fetchConversions(conversions: ConversionWebhooks, missing: readonly MissingConversion[]): Promise<void> {
  for (const group of Object.values(Object.groupBy(missing, ({ apiVersion }) => apiVersion))) {
    const { kind, apiVersion } = group![0]!;
    const converted = await conversions.convert(kind, group!.map(({ object }) => object), apiVersion);
    for (const [index, each] of group!.entries()) rememberConversion(each, converted[index]!);
  }
}
