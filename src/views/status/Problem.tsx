/** Why what was asked for was not done, and what to do; on the page, or in the dialog that asked: what lies behind is inert. */
import { CircleAlert } from 'lucide-react';
import { useStore } from '../../store/store';

export function Problem() {
  const problem = useStore((state) => state.problem);
  if (!problem) return null;
  return (
    <div className="notice" data-kind="error" role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <span>
        {problem.message} {problem.remedy}
      </span>
      <button type="button" onClick={() => useStore.setState({ problem: null })}>
        Dismiss
      </button>
    </div>
  );
}
