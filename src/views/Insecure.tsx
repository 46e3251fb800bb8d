/** In place of the app on a page that came by plain http: browsers keep from it what the app is made of. */
import './theme.css';
import './parts/boundary.css';

export function Insecure() {
  return (
    <div className="fault-card" role="alert">
      <h1>Leukolens needs a secure page</h1>
      <p>
        This one was opened by plain http, where browsers offer neither the graphics card nor offline use nor the check
        that the model is whole.
      </p>
      <p>
        Open it by <b>https</b>, or on the computer that serves it as <b>http://localhost</b>
        {location.port && `:${location.port}`}.
      </p>
    </div>
  );
}
