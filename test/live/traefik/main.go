package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/traefik/paerser/file"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
)

// One text of a dynamic file; its extension says the language.
type text struct{ Name, Content string }

type site struct {
	refused string
	handler http.Handler
}

func main() {
	var texts []text
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	sites := map[string]site{}
	for index, one := range texts {
		handler, err := build(one)
		refused := ""
		if err != nil {
			refused = err.Error()
		}
		sites[fmt.Sprint(index)] = site{refused, handler}
	}
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one := sites[r.Header.Get("X-Site")]
		if one.refused != "" {
			w.Header().Set("X-Refused", strings.ReplaceAll(one.refused, "\n", " "))
			w.WriteHeader(599)
			return
		}
		one.handler.ServeHTTP(w, r)
	})))
}

// The service behind: it knows one origin of its own.
var service = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Methods", "GET")
	if r.Header.Get("Origin") == "https://admin.example.com" {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	w.WriteHeader(http.StatusAccepted)
})

func build(one text) (http.Handler, error) {
	configuration := &dynamic.Configuration{HTTP: &dynamic.HTTPConfiguration{}}
	if err := file.DecodeContent(one.Content, one.Name[strings.LastIndex(one.Name, "."):], configuration); err != nil {
		return nil, err
	}
	return route(configuration.HTTP)
}
