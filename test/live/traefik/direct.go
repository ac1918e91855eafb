package main

import (
	"context"
	"net/http"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/middlewares/headers"
)

// The one middleware alone: the router of this version needs modules that no registry has.
func route(configuration *dynamic.HTTPConfiguration) (http.Handler, error) {
	return headers.New(context.Background(), service, *configuration.Middlewares["cors"].Headers, "cors")
}
