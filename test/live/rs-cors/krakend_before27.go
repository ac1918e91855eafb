//go:build before27

package main

import (
	"time"

	"github.com/rs/cors"
)

// The component before KrakenD 2.7.
func krakendOptions(settings map[string]interface{}) cors.Options {
	options := cors.Options{
		AllowedOrigins: texts(settings["allow_origins"]), AllowedMethods: texts(settings["allow_methods"]), AllowedHeaders: texts(settings["allow_headers"]), ExposedHeaders: texts(settings["expose_headers"]),
	}
	options.AllowCredentials, _ = settings["allow_credentials"].(bool)
	if age, ok := settings["max_age"]; ok {
		if duration, err := time.ParseDuration(age.(string)); err == nil {
			options.MaxAge = int(duration.Seconds())
		}
	}
	return options
}
