/**
 * The switches that are burnt into the packaged program: what it refuses to be, whoever starts it. Every one that this version
 * of Electron has is set, so that a new one is a decision and no default.
 */
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';

/** By the names that Electron gives them. */
export const FUSES: Readonly<Record<keyof typeof FuseV1Options, boolean>> = {
  // Nobody makes a Node of the program; what it starts itself are utility processes.
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  // Where Electron can check it (macOS and Windows), what is run is what was packed.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  // The window is no file: it is served by app://.
  GrantFileProtocolExtraPrivileges: false,
  // PostgreSQL's parser is WASM.
  WasmTrapHandlers: true,
};

/** Sets them in the program (on macOS: the .app). */
export async function setFuses(program: string, platform: string): Promise<void> {
  await flipFuses(program, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    // A changed program needs its signature anew; where none follows, Apple's own processors want one ad hoc.
    resetAdHocDarwinSignature: platform === 'darwin',
    [FuseV1Options.RunAsNode]: FUSES.RunAsNode,
    [FuseV1Options.EnableCookieEncryption]: FUSES.EnableCookieEncryption,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FUSES.EnableNodeOptionsEnvironmentVariable,
    [FuseV1Options.EnableNodeCliInspectArguments]: FUSES.EnableNodeCliInspectArguments,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FUSES.EnableEmbeddedAsarIntegrityValidation,
    [FuseV1Options.OnlyLoadAppFromAsar]: FUSES.OnlyLoadAppFromAsar,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FUSES.LoadBrowserProcessSpecificV8Snapshot,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: FUSES.GrantFileProtocolExtraPrivileges,
    [FuseV1Options.WasmTrapHandlers]: FUSES.WasmTrapHandlers,
  });
}

/** Those that are other than they should be in a program, each in a line; none when all is well. */
export async function wrongFuses(program: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(program);
  return Object.entries(FUSES).flatMap(([name, wanted]) => {
    const state = wire[FuseV1Options[name as keyof typeof FuseV1Options]];
    const is = state === FuseState.ENABLE ? 'on' : state === FuseState.DISABLE ? 'off' : 'not set';
    return is === (wanted ? 'on' : 'off') ? [] : [`${name} is ${is}, and should be ${wanted ? 'on' : 'off'}`];
  });
}
