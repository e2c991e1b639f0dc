import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseJson } from '../json.ts';
import { maybe } from '../schema.ts';

const isStatus = Compile(
  Type.Object({
    status: maybe(Type.String()),
    message: maybe(Type.String()),
    reason: maybe(Type.String()),
    details: maybe(
      Type.Object({
        causes: maybe(
          Type.Array(Type.Object({ reason: maybe(Type.String()), message: maybe(Type.String()) })),
        ),
      }),
    ),
  }),
);

/** How a program ended, by the Status that comes last. Undefined: that is no Status. */
export function execEnd(
  text: string,
): { readonly exitCode: number } | { readonly message: string } | undefined {
  const status = parseJson(text);
  if (!isStatus.Check(status)) return undefined;
  if (status.status === 'Success') return { exitCode: 0 };
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code && /^\d+$/.test(code)) return { exitCode: Number(code) };
  return { message: status.message ?? 'no reason is given' };
}
