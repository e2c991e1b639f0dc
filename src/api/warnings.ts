/** One value of a header `Warning` (RFC 7234): a code, an agent, and a text in quotes. A date may follow. */
const WARNING = /(\d{3}) \S+ "((?:[^"\\]|\\.)*)"/g;

/** The code of all warnings of the API server: `299`, as in k8s.io/apimachinery `net.NewWarningHeader`. */
const CODE = '299';

/** The texts of the warnings in an answer of the API server, in their order. */
export function warningsIn(header: string | readonly string[] | undefined): readonly string[] {
  return [header ?? []]
    .flat()
    .flatMap((values) =>
      [...values.matchAll(WARNING)].flatMap(([, code, text]) =>
        code === CODE && text !== undefined ? [text.replace(/\\(.)/g, '$1')] : [],
      ),
    );
}
