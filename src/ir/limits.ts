// How large a pipeline document may be. What lies beyond is refused with the field's name before anything is stored.

/** Size of the text, as the official server limits uploads. */
export const DOCUMENT_SIZE_MAX_BYTES = 32 * 1024 * 1024;
/** YAML costs far more time than JSON (about a second for this many scalars, keys, spaces and marks). */
export const YAML_TOKENS_MAX = 500_000;
/** Lines of a YAML text; what block texts cost grows with them. */
export const YAML_LINES_MAX = 1_000_000;
/** Levels of lists and maps in each other. */
export const DOCUMENT_DEPTH_MAX = 200;
/** Times a YAML anchor may be repeated, weighted by the anchors in it. */
export const YAML_ALIASES_MAX = 100;
/** Values in a document, with everything that YAML aliases repeat. */
export const DOCUMENT_VALUES_MAX = 2_000_000;
/** Inputs, or outputs, of one component. */
export const PARAMETERS_MAX = 5_000;
export const ARTIFACTS_MAX = 5_000;
export const COMPONENTS_MAX = 10_000;
/** Tasks of a whole run with every nested pipeline written out (loop iterations count once). */
export const TASKS_MAX = 10_000;
/** Pipelines in pipelines. */
export const NESTING_DEPTH_MAX = 50;
/** Items of a loop that the document itself lists. */
export const LOOP_ITEMS_MAX = 10_000;
export const RETRIES_MAX = 1_000;
/** Errors told about one document; the rest is counted. */
export const ERRORS_SHOWN_MAX = 20;
