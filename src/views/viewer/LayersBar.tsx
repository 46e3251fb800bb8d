/** Which layers are shown, and how strongly the overlays are. */
import { setOpacity, toggleLayer } from '../../store/actions';
import { useStore } from '../../store/store';
import { LAYERS, type Layer } from '../../store/view';

const NAMES: Record<Layer, string> = {
  original: 'Original',
  saliency: 'Saliency',
  masks: 'Masks',
  gradcam: 'Grad-CAM',
  outlines: 'Outlines',
};

const ABOUT: Record<Layer, string> = {
  original: 'The image itself',
  saliency: 'How cell-like each place is',
  masks: 'Cytoplasm and nucleus of each cell',
  gradcam: 'Where the evidence for each cell\u2019s type lies',
  outlines: 'Outline, letter and shape of each cell',
};

export function LayersBar() {
  const layers = useStore((state) => state.layers);
  const opacity = useStore((state) => state.opacity);
  return (
    <fieldset className="layers">
      <legend className="hidden">Layers</legend>
      {LAYERS.map((layer, i) => (
        <button
          key={layer}
          type="button"
          aria-pressed={layers[layer]}
          title={`${ABOUT[layer]} (${i + 1})`}
          onClick={() => toggleLayer(layer)}
        >
          <span className="key" aria-hidden="true">
            {i + 1}
          </span>
          {NAMES[layer]}
        </button>
      ))}
      <label title="Opacity of saliency, masks and Grad-CAM">
        <span className="muted">Opacity</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={opacity}
          onChange={({ target }) => setOpacity(target.valueAsNumber)}
        />
        <span className="muted value">{Math.round(100 * opacity)} %</span>
      </label>
    </fieldset>
  );
}
