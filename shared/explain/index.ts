export { EXPLANATIONS, type Explanation, explain, explanationSchema, sentenceOf } from './explain.ts';
export { PARTS, type Part, type ReasonName } from './parts.ts';
