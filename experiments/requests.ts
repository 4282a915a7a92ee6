// The clients of the services that are recorded: HTTP requests, and the lines of two protocols over TCP.
import { Agent, request } from 'node:http'
import { connect } from 'node:net'

export const CONNECTIONS = 4

/** Method, path, body and its type. */
type Request = [string, string, string?, string?]

/** Sends requests over a few connections, which are closed afterwards. */
export async function requests(base: string, n: number, make: (i: number) => Request): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < n) await send(agent, base, make(next++))
  }
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  } finally {
    agent.destroy()
  }
}

function send(agent: Agent, base: string, [method, path, body, type]: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${base}${path}`,
      { agent, method, headers: type === undefined ? {} : { 'content-type': type } },
      (response) => {
        response.resume()
        response.on('error', reject)
        response.on('end', () => {
          if ((response.statusCode ?? 500) < 400) resolve()
          else reject(new Error(`${method} ${path}: status ${response.statusCode}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Publishes messages and waits until all have come back. */
export function exchange(port: number, subject: string, n: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = 0
    let rest = ''
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === 'PING') socket.write('PONG\r\n')
        if (line.startsWith('MSG ')) received++
      }
      if (received >= n) socket.end()
    })
    socket.on('close', () => (received >= n ? resolve() : reject(new Error(`${received} of ${n} messages came back`))))
    socket.write('CONNECT {"verbose":false,"pedantic":false}\r\n')
    socket.write(`SUB ${subject} 1\r\n`)
    for (let i = 0; i < n; i++) socket.write(`PUB ${subject} 12\r\norder-${String(i).padStart(6, '0')}\r\n`)
  })
}

/** Sends text and waits until the other side has closed its end as well. */
export function sendAll(port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.resume()
  })
}
