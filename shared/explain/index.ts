export { EXPLANATIONS, type Explanation, explain, explanationSchema, sentenceOf } from './explain.ts';
