/** One request of a recording and its answer. */
export interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly status: number;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly answer: string;
}

/** Reads a log: exchanges parted by `---`, each request line, headers, body, status line, headers, body. */
export function parseRecording(text: string): RecordedExchange[] {
  return text.split(/\n---\n/).map((entry) => {
    const blocks = entry.trim().split(/\n\n/);
    const statusAt = blocks.findIndex((block) => /^\d{3} /.test(block));
    const [requestLine = ''] = (blocks[0] ?? '').split('\n');
    const [method = '', url = ''] = requestLine.split(' ');
    const [statusLine = '', ...headerLines] = (blocks[statusAt] ?? '').split('\n');
    return {
      method,
      url,
      body: blocks.slice(1, statusAt).join('\n\n'),
      status: Number(statusLine.slice(0, 3)),
      answerHeaders: headers(headerLines),
      answer: blocks.slice(statusAt + 1).join('\n\n'),
    };
  });
}

/** Repeated headers joined by a comma, as HTTP has it. */
function headers(lines: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of lines) {
    const [name = '', value = ''] = line.split(': ');
    found[name] = found[name] === undefined ? value : `${found[name]}, ${value}`;
  }
  return found;
}
