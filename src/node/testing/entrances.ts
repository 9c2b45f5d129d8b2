// What conformance looks at and stands on: both ends of the supervisor's protocol, what reads words of users and files of steps, and a
// podman for tests.
export { parseImageReference } from '../containers/image-reference.ts';
export { startPodman } from '../containers/testing/podman-world.ts';
export { knownImage, matchesImagePattern } from '../environments/image-name.ts';
export { recognizeKfpCommand } from '../environments/kfp-command.ts';
export { mergePipConfig, parsePipConfigFile } from '../environments/pip-config.ts';
export { parseRecipes } from '../environments/recipe.ts';
export { isRequirement, packageNameOf } from '../environments/requirement.ts';
export { splitAndList } from '../environments/shell-words.ts';
export { collectStepResult } from '../pods/step.ts';
export { connectSupervisor } from '../supervisor/client.ts';
export { openConnection } from '../supervisor/connection.ts';
export { PROTOCOL_VERSION } from '../supervisor/protocol.ts';
export { findPython } from '../supervisor/supervisor-fixture.ts';
