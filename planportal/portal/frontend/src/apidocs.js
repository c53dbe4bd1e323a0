// Shows the API's schema with Swagger UI, whose script is loaded before this one.
import "./apidocs.css";

const place = document.getElementById("api-docs");
const root = document.documentElement;
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

// Swagger UI has a dark form of its own, switched by a class; the portal's choice stands in data-theme.
function followTheme() {
  const chosen = root.dataset.theme;
  root.classList.toggle("dark-mode", chosen ? chosen === "dark" : prefersDark.matches);
}

if (place && window.SwaggerUIBundle) {
  followTheme();
  prefersDark.addEventListener("change", followTheme);
  window.SwaggerUIBundle({
    url: place.dataset.schemaUrl,
    domNode: place,
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
}
