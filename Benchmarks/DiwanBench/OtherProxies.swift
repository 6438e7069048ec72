import Foundation

/// Programs of others that stand before an upstream, to be measured in the same run where they are installed.
enum OtherProxies {
    /// nginx as a bare reverse proxy, one worker, connections kept open on both sides.
    static func nginx(before upstream: UInt16, in folder: String) throws -> Service {
        try Service.start { port in
            let configuration = folder + "/nginx.conf"
            let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder)/\($0);" }.joined(separator: " ")
            try Data(
                """
                daemon off; worker_processes 1; pid \(folder)/nginx.pid; error_log /dev/null;
                events { worker_connections 4096; }
                http {
                  access_log off; keepalive_requests 1000000000; client_max_body_size 32m; \(folders)
                  upstream up { server 127.0.0.1:\(upstream); keepalive 128; keepalive_requests 1000000000; }
                  server {
                    listen 127.0.0.1:\(port);
                    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; }
                  }
                }
                """.utf8
            ).write(to: URL(filePath: configuration))
            return ["nginx", "-c", configuration]
        }
    }

    /// LiteLLM's proxy with one worker. `DIWAN_BENCH_LITELLM` names its program where it is not on the path.
    static func litellm(before upstream: UInt16, in folder: String) throws -> Service {
        try Service.start(within: 120) { port in
            let configuration = folder + "/litellm.yaml"
            try Data(
                """
                model_list:
                  - model_name: m
                    litellm_params: {model: openai/m, api_base: "http://127.0.0.1:\(upstream)/v1", api_key: none}
                """.utf8
            ).write(to: URL(filePath: configuration))
            return [
                // It asks the network for a list of prices otherwise, and waits for it.
                "env", "LITELLM_LOCAL_MODEL_COST_MAP=True",
                ProcessInfo.processInfo.environment["DIWAN_BENCH_LITELLM"] ?? "litellm", "--config", configuration,
                "--host", "127.0.0.1", "--port", "\(port)", "--num_workers", "1", "--telemetry", "False",
            ]
        }
    }
}
