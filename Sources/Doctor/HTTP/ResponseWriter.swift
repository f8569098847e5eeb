import Glibc
import NIOCore
import NIOHTTP1

/// Turns responses into bytes. It remembers the date, which changes once a second.
struct ResponseWriter {
    /// What the `Connection` header says.
    enum Persistence {
        /// HTTP/1.1 keeps a connection without being told.
        case unsaid
        case keepAlive
        case close
    }

    private var second: time_t = -1
    private var date = ""

    mutating func bytes(
        of response: HealthResponse, withBody: Bool, _ persistence: Persistence, allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        let length = response.body.utf8.count
        var buffer = allocator.buffer(capacity: 512 + (withBody ? length : 0))
        let status = HTTPResponseStatus(statusCode: response.status)
        buffer.writeString("HTTP/1.1 \(response.status) \(status.reasonPhrase)\r\n")
        buffer.writeString("Date: ")
        buffer.writeString(dateNow())
        buffer.writeString("\r\nContent-Type: ")
        buffer.writeString(response.contentType)
        buffer.writeString("\r\nContent-Length: \(length)\r\n")
        for header in response.headers {
            buffer.writeString("\(header.name): \(header.value)\r\n")
        }
        switch persistence {
        case .unsaid: break
        case .keepAlive: buffer.writeString("Connection: keep-alive\r\n")
        case .close: buffer.writeString("Connection: close\r\n")
        }
        buffer.writeString("\r\n")
        if withBody { buffer.writeString(response.body) }
        return buffer
    }

    private mutating func dateNow() -> String {
        var now = time(nil)
        guard now != second else { return date }
        var parts = tm()
        gmtime_r(&now, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        second = now
        date =
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
        return date
    }
}
