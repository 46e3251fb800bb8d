/** Chips for what the engine runs on and whether the app works without a network; the first opens the details. */
import { Check, CircleAlert, CloudDownload, CloudOff, Copy, Cpu, LoaderCircle, Zap } from 'lucide-react';
import { useState } from 'react';
import { restartEngine } from '../../store/analyse';
import { diagnostics, type EngineState } from '../../store/engine';
import { useStore } from '../../store/store';
import { Popover } from '../parts/Popover';

const NAMES = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

function face(engine: EngineState) {
  switch (engine.status) {
    case 'ready':
      return engine.info.backend === 'webgpu'
        ? { Icon: Zap, text: NAMES.webgpu, kind: 'ok' }
        : { Icon: Cpu, text: NAMES.wasm, kind: 'warn' };
    case 'failed':
      return { Icon: CircleAlert, text: 'Engine failed', kind: 'error' };
    default:
      return { Icon: LoaderCircle, text: 'Loading', kind: 'busy' };
  }
}

export function EngineChip() {
  const engine = useStore((state) => state.engine);
  const { Icon, text, kind } = face(engine);
  return (
    <Popover
      className="chip"
      title="What the analysis runs on"
      label="Engine"
      button={
        <span data-kind={kind}>
          <Icon size={14} className={kind === 'busy' ? 'spin' : ''} aria-hidden="true" />
          {text}
        </span>
      }
    >
      {() => <EngineDetails engine={engine} />}
    </Popover>
  );
}

function EngineDetails({ engine }: { engine: EngineState }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = () => {
    const state = useStore.getState();
    navigator.clipboard.writeText(diagnostics(state, state.images, navigator.userAgent)).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  return (
    <div className="engine-details">
      {engine.status === 'ready' && (
        <dl>
          <dt>Runs on</dt>
          <dd>
            {NAMES[engine.info.backend]}
            {engine.info.software && ' (software, slow)'}
          </dd>
          <dt>Device</dt>
          <dd>{engine.info.device}</dd>
          {engine.info.fallbackReason && (
            <>
              <dt>{engine.info.backend === 'wasm' ? 'Why not the GPU' : 'Why not the fast path'}</dt>
              <dd>{engine.info.fallbackReason}</dd>
            </>
          )}
          <dt>Model</dt>
          <dd>
            {engine.info.model.name} {engine.info.model.version}
          </dd>
          <dt>Hash</dt>
          <dd className="hash">{engine.info.model.hash}</dd>
          <dt>Parameters</dt>
          <dd>{(engine.info.model.parameters / 1e6).toFixed(2)} million</dd>
        </dl>
      )}
      {engine.status === 'failed' && (
        <p>
          {engine.error.message} {engine.error.remedy}
        </p>
      )}
      {(engine.status === 'loading' || engine.status === 'idle') && (
        <p>The model is loading. Images can be opened already; they are analysed as soon as it is there.</p>
      )}
      <p>
        <button type="button" onClick={copy}>
          {copied === 'yes' ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
          {copied === 'yes' ? 'Copied' : 'Copy diagnostics'}
        </button>
        {engine.status === 'failed' && (
          <button type="button" onClick={restartEngine}>
            Start again
          </button>
        )}
      </p>
      {copied === 'failed' && <p>The browser does not let this page use the clipboard.</p>}
    </div>
  );
}

export function OfflineChip() {
  const ready = useStore((state) => state.offlineReady);
  const online = useStore((state) => state.online);
  const Icon = ready ? Check : online ? CloudDownload : CloudOff;
  const text = ready ? 'Offline ready' : online ? 'Online' : 'Offline';
  const title = ready
    ? 'Everything is stored on this device: the app works without a network.'
    : online
      ? 'Not stored for use without a network (yet). Images are never uploaded in any case.'
      : 'No network, and not everything is stored on this device.';
  return (
    <span className="chip" title={title} data-kind={ready ? 'ok' : online ? 'busy' : 'warn'}>
      <Icon size={14} aria-hidden="true" />
      <span className="chip-text">{text}</span>
    </span>
  );
}
