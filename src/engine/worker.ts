/** Entry of the engine's worker. */
import { serve } from '../bridge/serve';
import { Engine } from './engine';

serve(new Engine(), self as DedicatedWorkerGlobalScope);
