package import Diagnostics
package import FoundationEssentials

/// Signs calls, sends them, and tries again what is worth it.
package final class AWSClient: Sendable {
    /// Why it is not known where a service is. The compiler does not see the use in a closure's type, so it has a name.
    package typealias EndpointError = DiagnosticsError

    package let region: String
    private let runtime: AWSRuntime
    private let credentials: any CredentialSource
    private let endpoint: @Sendable (AWSService) throws(EndpointError) -> HTTPURL
    private let policy: RetryPolicy
    private let budget = RetryBudget()
    private let clock: ServiceClock

    /// A client for one region; the endpoint says where a service is.
    package init(
        region: String, credentials: any CredentialSource, runtime: AWSRuntime,
        endpoint: @escaping @Sendable (AWSService) throws(EndpointError) -> HTTPURL, policy: RetryPolicy = .standard
    ) {
        self.region = region
        self.credentials = credentials
        self.runtime = runtime
        self.endpoint = endpoint
        self.policy = policy
        clock = ServiceClock(runtime.now)
    }

    /// Waits by the clock that the client was given.
    package var timer: WaitTimer { runtime.timer }

    /// The time of day, by the services' clock as far as it is known.
    package var now: Date { clock.now(ahead: clock.skew) }

    /// Makes a call and returns what the successful answer says; one that cannot be decoded counts as none.
    ///
    /// No attempt begins after the deadline, which is on the client's timer, and none is waited for beyond it. There are
    /// no more attempts than given, if that is fewer than the client's.
    package func send<Value: Sendable>(
        _ call: AWSCall, attempts: Int = .max, deadline: Duration? = nil,
        decode: (HTTPResponse) throws(AWSError) -> Value
    ) async throws(AWSError) -> Value {
        var failures = 0
        var paid: Int?
        var last: AWSError?
        var hasRefreshed = false
        var hasCorrectedClock = false
        var hasDoubt = false
        while true {
            var error: AWSError
            let attempt = await attempt(call, deadline)
            do throws(AWSError) {
                let value = try decode(attempt.result.get())
                budget.giveBack(paid)
                return value
            } catch let failure {
                error = failure
            }
            error.hadDoubt = hasDoubt
            hasDoubt = hasDoubt || error.mayHaveActed
            failures += 1
            guard !Task.isCancelled else { throw AWSError(call, .cancelled, "given up") }
            // That the time is over says less than what it was spent on.
            if error.origin == .deadline { throw last ?? error }
            last = error
            // The two that are mended rather than waited for.
            if error.kind == .clockSkew || mayBeExpired(call, error) || isMute(call, error, 403), !hasCorrectedClock,
                clock.correct(by: attempt.serverDate, signedWith: attempt.skew)
            {
                hasCorrectedClock = true
                runtime.notice("\(error.service): this machine's clock is off; signing by the service's")
                continue
            }
            if mayBeExpired(call, error), !hasRefreshed, let used = attempt.credentials {
                hasRefreshed = true
                await credentials.invalidate(used)
                let verb = error.kind == .expiredCredentials ? "are" : "may be"
                runtime.notice("\(error.service): the credentials \(verb) over; fetching new ones")
                continue
            }
            guard mayRepeat(call, error), failures < min(policy.attempts, attempts) else { throw error }
            let delay = max(
                policy.delay(
                    afterFailures: failures, isThrottled: error.kind == .throttling, random: runtime.random()),
                attempt.retryAfter ?? .zero)
            if let deadline, runtime.timer.elapsed() + delay >= deadline { throw error }
            // Who tries without a limit but the deadline is bounded by that.
            if policy.attempts != .max {
                paid = budget.take(isTimeOut: error.origin == .transport(.timedOut))
                guard paid != nil else { throw error }
            }
            let count = policy.attempts == .max ? "attempt \(failures + 1)" : "\(failures + 1) of \(policy.attempts)"
            runtime.notice("\(error); again in \(seconds(delay)) s (\(count))")
            do { try await runtime.timer.sleep(delay) } catch { throw AWSError(call, .cancelled, "given up") }
        }
    }

    /// An address that carries its own signature, for a `GET` by whoever has it.
    ///
    /// It ends with the credentials that signed it, when that is earlier than its lifetime.
    package func presign(_ call: AWSCall, lifetime: Duration) async throws(AWSError) -> HTTPURL {
        let credentials = try await fetchCredentials(for: call)
        return signer(call, credentials).presign(try url(of: call), method: call.method, at: now, lifetime: lifetime)
    }

    /// Fetches the credentials, so that the next call need not wait for them.
    package func prepare() async throws(CredentialError) {
        _ = try await credentials.current()
    }

    // MARK: - One attempt

    private struct Attempt {
        var result: Result<HTTPResponse, AWSError>
        var credentials: Credentials?
        /// By which clock it was signed.
        var skew = 0.0
        var serverDate: Date?
        var retryAfter: Duration?
    }

    private func attempt(_ call: AWSCall, _ deadline: Duration?) async -> Attempt {
        var used: Credentials?
        let skew = clock.skew
        do throws(AWSError) {
            var request = HTTPRequest(call.method, try url(of: call), headers: call.headers, body: call.body)
            request.timeout = try timeLeft(for: call, deadline)
            if call.isSigned {
                let credentials = try await fetchCredentials(for: call)
                used = credentials
                request = signer(call, credentials).sign(request, at: clock.now(ahead: skew))
                // Fetching them may have taken a while.
                request.timeout = try timeLeft(for: call, deadline)
            }
            let response: HTTPResponse
            do throws(TransportError) {
                response = try await runtime.transport.send(request)
            } catch {
                throw AWSError(call, error.code == .cancelled ? .cancelled : .transport(error.code), error.message)
            }
            if response.isSuccess { return Attempt(result: .success(response), credentials: used) }
            let answer = ErrorAnswer(response, call.service.errorFormat)
            let error = AWSError(
                call, .service, code: without(used, call, answer.code), without(used, call, answer.message),
                requestID: answer.requestID.map { without(used, call, $0) },
                status: response.status, bucketRegion: response.headers["x-amz-bucket-region"])
            return Attempt(
                result: .failure(error), credentials: used, skew: skew, serverDate: AnswerTimes.date(response),
                retryAfter: AnswerTimes.retryAfter(response))
        } catch {
            return Attempt(result: .failure(error), credentials: used)
        }
    }

    /// For one attempt, which does not outlive the deadline.
    private func timeLeft(for call: AWSCall, _ deadline: Duration?) throws(AWSError) -> Duration {
        guard let deadline else { return call.timeout }
        let left = deadline - runtime.timer.elapsed()
        guard left > .zero else { throw AWSError(call, .deadline, "the time for it is over") }
        return min(call.timeout, left)
    }

    /// A text that does not repeat what the request was signed with, or proves itself by.
    private func without(_ credentials: Credentials?, _ call: AWSCall, _ text: String) -> String {
        ([credentials?.sessionToken, credentials?.secretAccessKey].compactMap(\.self) + call.secrets)
            // What is shorter is no secret of AWS's, and may be part of any word.
            .filter { $0.utf8.count >= 8 }.reduce(text) { $0.replacing($1, with: "***") }
    }

    private func fetchCredentials(for call: AWSCall) async throws(AWSError) -> Credentials {
        do throws(CredentialError) {
            return try await credentials.current()
        } catch {
            throw AWSError(call, .credentials(error), error.description)
        }
    }

    private func signer(_ call: AWSCall, _ credentials: Credentials) -> SignatureV4 {
        SignatureV4(credentials: credentials, region: region, service: call.service.signingName)
    }

    func url(of call: AWSCall) throws(AWSError) -> HTTPURL {
        var url: HTTPURL
        do throws(DiagnosticsError) {
            url = try endpoint(call.service)
        } catch {
            throw AWSError(call, .configuration, CredentialError(error).description)
        }
        if let bucket = call.bucket { url.address(bucket: bucket, region: region) }
        let base = url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
        url.path = base + call.path
        url.query += call.query
        return url
    }

    // MARK: - What is tried again

    private func mayRepeat(_ call: AWSCall, _ error: AWSError) -> Bool {
        switch error.kind {
        case .throttling: true
        case .transient: call.isRepeatable || !error.mayHaveActed
        case .capacity, .propagation, .expiredCredentials, .clockSkew, .refused, .other: false
        }
    }

    /// S3 refuses a `HEAD` without a word, with a 400 when the credentials are over or the bucket is elsewhere.
    private func mayBeExpired(_ call: AWSCall, _ error: AWSError) -> Bool {
        error.kind == .expiredCredentials
            || isMute(call, error, 400) && (error.bucketRegion == nil || error.bucketRegion == region)
    }

    /// Whether only the status tells what is wrong; 403 is also that of a clock that is off.
    private func isMute(_ call: AWSCall, _ error: AWSError, _ status: Int) -> Bool {
        call.method == "HEAD" && error.origin == .service && error.code.isEmpty && error.status == status
    }

    private func seconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded(.up))
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// Where a client takes the credentials of each attempt from.
package protocol CredentialSource: Sendable {
    /// Credentials that are good for a while yet.
    func current() async throws(CredentialError) -> Credentials

    /// A service has said that these are over; whoever asks next gets others.
    func invalidate(_ credentials: Credentials) async
}
