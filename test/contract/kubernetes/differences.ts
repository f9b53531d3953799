/** Where a server is known not to follow the real one, and why that is left so. */
export const DIFFERENCES = {
  protobuf: 'answers come in JSON only, which every client that accepts protobuf accepts as well',
  'records of controllers':
    'a record of ownership begins with the first request from outside; what only controllers or the scenario wrote has none',
  'taints of new nodes':
    'a node is schedulable as soon as it is Ready, without a controller that has to look first',
} as const satisfies Record<string, string>;

export type DifferenceName = keyof typeof DIFFERENCES;
