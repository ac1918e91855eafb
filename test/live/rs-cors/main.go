// Runs rs/cors as KrakenD and Tyk mount it, for the suite `rs-cors.test.ts`. KrakenD's routing is lura's own; what its CORS
// component and Tyk's middleware do with their settings is said again here, since neither comes as a Go module.
//
// Arguments: triples of a kind (krakend, tyk, tyk-5.9), a file and a port; the last one is the port of the upstream.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/luraproject/lura/v2/config"
	"github.com/luraproject/lura/v2/logging"
	"github.com/luraproject/lura/v2/proxy"
	luragin "github.com/luraproject/lura/v2/router/gin"
	"github.com/rs/cors"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	last := len(os.Args) - 1
	upstream := "http://127.0.0.1:" + os.Args[last]
	config.ExtraConfigAlias = map[string]string{"github_com/devopsfaith/krakend-cors": "security/cors", "router": luragin.Namespace}
	for i := 1; i+2 <= last; i += 3 {
		kind, file := os.Args[i], os.Args[i+1]
		port, _ := strconv.Atoi(os.Args[i+2])
		if kind == "krakend" {
			go krakend(file, port)
		} else {
			go tyk(file, port, upstream, kind == "tyk")
		}
	}
	select {}
}

func texts(value interface{}) []string {
	var found []string
	list, _ := value.([]interface{})
	for _, item := range list {
		if text, ok := item.(string); ok {
			found = append(found, text)
		}
	}
	return found
}

func krakend(file string, port int) {
	service, err := config.NewParser().Parse(file)
	if err != nil {
		log.Fatal(file, ": ", err)
	}
	service.Normalize()
	run := func(_ context.Context, service config.ServiceConfig, handler http.Handler) error {
		if settings, ok := service.ExtraConfig["security/cors"].(map[string]interface{}); ok {
			handler = cors.New(krakendOptions(settings)).Handler(handler)
		}
		return http.ListenAndServe("127.0.0.1:"+strconv.Itoa(port), handler)
	}
	engine := luragin.NewEngine(service, luragin.EngineOptions{Logger: logging.NoOp, Writer: io.Discard})
	factory := luragin.NewFactory(luragin.Config{
		Engine: engine, ProxyFactory: proxy.DefaultFactory(logging.NoOp), Logger: logging.NoOp, HandlerFactory: luragin.EndpointHandler, RunServer: run,
	})
	factory.NewWithContext(context.Background()).Run(service)
}

type tykDefinition struct {
	CORS struct {
		Enable             bool     `json:"enable"`
		AllowedOrigins     []string `json:"allowed_origins"`
		AllowedMethods     []string `json:"allowed_methods"`
		AllowedHeaders     []string `json:"allowed_headers"`
		ExposedHeaders     []string `json:"exposed_headers"`
		AllowCredentials   bool     `json:"allow_credentials"`
		MaxAge             int      `json:"max_age"`
		OptionsPassthrough bool     `json:"options_passthrough"`
	} `json:"CORS"`
}

func tyk(file string, port int, upstream string, own bool) {
	text, _ := os.ReadFile(file)
	var definition tykDefinition
	if err := json.Unmarshal(text, &definition); err != nil {
		log.Fatal(file, ": ", err)
	}
	settings := definition.CORS
	handler := cors.New(cors.Options{
		AllowedOrigins: settings.AllowedOrigins, AllowedMethods: settings.AllowedMethods, AllowedHeaders: settings.AllowedHeaders, ExposedHeaders: settings.ExposedHeaders,
		AllowCredentials: settings.AllowCredentials, MaxAge: settings.MaxAge, OptionsPassthrough: settings.OptionsPassthrough,
	})
	behind := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { forward(w, r, upstream) })
	outer := http.Handler(behind)
	if settings.Enable && own {
		outer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodOptions && settings.OptionsPassthrough {
				behind(w, r)
				return
			}
			handler.HandlerFunc(w, r)
			if r.Method != http.MethodOptions {
				behind(w, r)
			}
		})
	} else if settings.Enable {
		outer = handler.Handler(behind)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+strconv.Itoa(port), outer))
}

var corsHeaders = []string{"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"}

// As Tyk's reverse proxy copies headers: those of CORS that are there already win.
func forward(w http.ResponseWriter, r *http.Request, upstream string) {
	request, _ := http.NewRequest(r.Method, upstream+r.URL.Path, nil)
	request.Header = r.Header.Clone()
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	for _, name := range corsHeaders {
		if w.Header().Get(name) != "" {
			response.Header.Del(name)
		}
	}
	for name, values := range response.Header {
		for _, value := range values {
			w.Header().Add(name, value)
		}
	}
	w.WriteHeader(response.StatusCode)
	io.Copy(w, response.Body)
}
