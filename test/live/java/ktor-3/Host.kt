@file:JvmName("Host")

import io.ktor.server.application.Application
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import java.net.InetSocketAddress

/** Serves `Application.module()` of the packages `case0`, `case1`, … on the ports given. One that does not start answers 500. */
fun main(ports: Array<String>) {
    // Every server keeps a thread of the dispatcher.
    System.setProperty("kotlinx.coroutines.io.parallelism", "2000")
    ports.forEachIndexed { index, text ->
        val port = text.toInt()
        try {
            val module = Class.forName("case$index.AppKt").getMethod("module", Application::class.java)
            embeddedServer(CIO, port = port, host = "127.0.0.1") {
                try {
                    module.invoke(null, this)
                } catch (wrapped: java.lang.reflect.InvocationTargetException) {
                    throw wrapped.targetException
                }
            }.start(wait = false)
        } catch (refused: Throwable) {
            println("case$index does not start: $refused")
            val server = com.sun.net.httpserver.HttpServer.create(InetSocketAddress("127.0.0.1", port), 0)
            server.createContext("/") { exchange ->
                exchange.sendResponseHeaders(500, -1)
                exchange.close()
            }
            server.start()
        }
    }
    Thread.currentThread().join()
}
