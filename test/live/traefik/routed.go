package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/middlewares/auth"
	"github.com/traefik/traefik/v3/pkg/middlewares/headers"
	"github.com/traefik/traefik/v3/pkg/middlewares/requestdecorator"
	muxer "github.com/traefik/traefik/v3/pkg/muxer/http"
)

// Traefik's own router in front of the middlewares.
func route(configuration *dynamic.HTTPConfiguration) (http.Handler, error) {
	parser, err := muxer.NewSyntaxParser()
	if err != nil {
		return nil, err
	}
	mux := muxer.NewMuxer(parser)
	for name, router := range configuration.Routers {
		handler, err := through(router.Middlewares, configuration.Middlewares, service)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		priority := router.Priority
		if priority == 0 {
			priority = muxer.GetRulePriority(router.Rule)
		}
		if err := mux.AddRoute(router.Rule, "v3", priority, handler); err != nil {
			return nil, err
		}
	}
	// Rules about the host ask for what this one keeps of it.
	decorator := requestdecorator.New(nil)
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		decorator.ServeHTTP(writer, request, mux.ServeHTTP)
	}), nil
}

func through(names []string, all map[string]*dynamic.Middleware, next http.Handler) (http.Handler, error) {
	for index := len(names) - 1; index >= 0; index-- {
		middleware := all[names[index]]
		var err error
		switch {
		case middleware == nil:
			return nil, fmt.Errorf("no middleware %s", names[index])
		case middleware.Chain != nil:
			next, err = through(middleware.Chain.Middlewares, all, next)
		case middleware.BasicAuth != nil:
			next, err = auth.NewBasic(context.Background(), next, *middleware.BasicAuth, names[index])
		case middleware.Headers != nil:
			next, err = headers.New(context.Background(), next, *middleware.Headers, names[index])
		}
		if err != nil {
			return nil, err
		}
	}
	return next, nil
}
