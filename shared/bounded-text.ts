/** More came than is taken. Says how much that is, and nothing of what came. */
export class TooLarge extends Error {
  constructor(mostBytes: number) {
    super(`more than ${mostBytes} bytes came, which is the most that is taken`);
    this.name = 'TooLarge';
  }
}

/**
 * The text that a stream brings, in UTF-8. Of a stream without an end no more is kept than the bound, and it is closed then.
 *
 * @throws TooLarge; what the stream throws.
 */
export async function boundedText(stream: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new TooLarge(mostBytes);
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}
