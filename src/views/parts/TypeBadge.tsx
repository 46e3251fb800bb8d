/** Shape, colour and letter of a type; decoration beside its name. */
import { type CallType, TYPE_LETTERS } from '../../domain/cellType';
import { TYPE_COLORS } from '../../domain/palette';
import { LETTER_SHIFT, letterColor, TYPE_SHAPES } from './shapes';

export function TypeBadge({ type, size = 18 }: { type: CallType; size?: number }) {
  return (
    <svg className="badge" width={size} height={size} viewBox="-1.35 -1.35 2.7 2.7" aria-hidden="true">
      <path d={TYPE_SHAPES[type]} fill={TYPE_COLORS[type]} stroke="var(--badge-edge)" strokeWidth={0.14} />
      <text
        y={LETTER_SHIFT[type] ?? 0}
        fill={letterColor(type)}
        fontSize={1.25}
        fontWeight={700}
        textAnchor="middle"
        dominantBaseline="central"
      >
        {TYPE_LETTERS[type]}
      </text>
    </svg>
  );
}
