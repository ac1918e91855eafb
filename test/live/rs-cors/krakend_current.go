//go:build !before27

package main

import (
	"time"

	"github.com/rs/cors"
)

// The component since KrakenD 2.7.
func krakendOptions(settings map[string]interface{}) cors.Options {
	options := cors.Options{
		AllowedOrigins: texts(settings["allow_origins"]), AllowedMethods: texts(settings["allow_methods"]), AllowedHeaders: texts(settings["allow_headers"]), ExposedHeaders: texts(settings["expose_headers"]),
	}
	options.AllowCredentials, _ = settings["allow_credentials"].(bool)
	options.AllowPrivateNetwork, _ = settings["allow_private_network"].(bool)
	options.OptionsPassthrough, _ = settings["options_passthrough"].(bool)
	if status, ok := settings["options_success_status"].(float64); ok {
		options.OptionsSuccessStatus = int(status)
	}
	if age, ok := settings["max_age"]; ok {
		if duration, err := time.ParseDuration(age.(string)); err == nil {
			options.MaxAge = int(duration.Seconds())
		}
	}
	if len(options.AllowedOrigins) == 0 {
		options.AllowedOrigins = []string{"*"}
	}
	if len(options.AllowedHeaders) == 0 {
		options.AllowedHeaders = []string{"*"}
	}
	return options
}
