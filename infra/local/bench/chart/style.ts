import type { Contender } from '../figures.ts';

export interface SeriesStyle {
  readonly label: string;
  readonly marker: 'circle' | 'square' | 'diamond' | 'triangle';
}

/** Told apart by colour and by marker, since not everybody tells colours apart. */
export const SERIES: Readonly<Record<Contender, SeriesStyle>> = {
  gardener: { label: 'Gardener’s order', marker: 'square' },
  'gardener-unlimited': { label: '… without quotas', marker: 'square' },
  cutover: { label: 'cutover', marker: 'triangle' },
  overlap: { label: 'overlap', marker: 'circle' },
  rollover: { label: 'rollover', marker: 'diamond' },
};

/** The Okabe-Ito colours, lighter on dark ground; text and grid follow the reader's scheme. */
export const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .note { font-size: 12px; fill: #57606a; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .axis { stroke: #57606a; stroke-width: 1; }
  .line { fill: none; stroke-width: 2; }
  .marker { stroke-width: 2; }
  .gardener { stroke: #b34700; } .gardener.full { fill: #b34700; }
  .gardener-unlimited { stroke: #6e6e6e; } .gardener-unlimited.full { fill: #6e6e6e; }
  .cutover { stroke: #9a6b00; } .cutover.full { fill: #9a6b00; }
  .overlap { stroke: #0072b2; } .overlap.full { fill: #0072b2; }
  .rollover { stroke: #00795a; } .rollover.full { fill: #00795a; }
  .hollow { fill: #ffffff; }
  .ground { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { fill: #9198a1; }
    .grid { stroke: #30363d; }
    .axis { stroke: #9198a1; }
    .gardener { stroke: #ff8a4c; } .gardener.full { fill: #ff8a4c; }
    .gardener-unlimited { stroke: #b0b0b0; } .gardener-unlimited.full { fill: #b0b0b0; }
    .cutover { stroke: #e6b422; } .cutover.full { fill: #e6b422; }
    .overlap { stroke: #56b4e9; } .overlap.full { fill: #56b4e9; }
    .rollover { stroke: #3ddc97; } .rollover.full { fill: #3ddc97; }
    .hollow { fill: #0d1117; }
    .ground { fill: #0d1117; }
  }`;
