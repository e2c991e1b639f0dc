import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** Whom a person says to impersonate. */
export interface ImpersonationFlags {
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
  readonly asUid?: string | undefined;
}

const isImpersonating = Compile(
  Type.Object({
    as: Type.Optional(Type.String()),
    'as-uid': Type.Optional(Type.String()),
    'as-groups': Type.Optional(Type.Array(Type.String())),
  }),
);

/** Whom to impersonate, as headers: what the flags say, or else the kubeconfig. */
export function impersonationOf(
  flags: ImpersonationFlags,
  entry: Readonly<Record<string, unknown>> | null | undefined,
) {
  const own = isImpersonating.Check(entry) ? entry : {};
  const user = flags.as ?? own.as;
  if (user === undefined) return {};
  const groups = flags.asGroup ?? (flags.as === undefined ? own['as-groups'] : undefined);
  const uid = flags.asUid ?? (flags.as === undefined ? own['as-uid'] : undefined);
  return {
    'impersonate-user': user,
    ...(groups && groups.length > 0 && { 'impersonate-group': [...groups] }),
    ...(uid !== undefined && { 'impersonate-uid': uid }),
  };
}
